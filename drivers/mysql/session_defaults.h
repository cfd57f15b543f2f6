// What a session of one pool starts with, and what a reset brings it back to.
//
// Used by the thread that uses the connection. Everything throws sql::SQLException.
//
//   const SessionDefaults defaults = read_defaults(session, endpoint, settings);
//   apply_defaults(session, defaults);
#pragma once

#include <cppconn/connection.h>

#include <string>

#include "millpond/drivers/endpoint.h"

namespace millpond::drivers {

struct SessionDefaults {
  std::string schema;
  std::string set_statement_timeout;  // a statement, or empty
  // The server's own: the library overrides it with REPEATABLE READ in every new session.
  sql::enum_transaction_isolation isolation = sql::TRANSACTION_REPEATABLE_READ;
};

// The database an endpoint names.
std::string schema_of(const Endpoint& endpoint);

// One round trip.
SessionDefaults read_defaults(sql::Connection& session, const Endpoint& endpoint,
                              const SessionSettings& settings);

// Also brings the library's own idea of auto-commit and isolation in line.
void apply_defaults(sql::Connection& session, const SessionDefaults& defaults);

// Has the server say what a statement changes in the session, until the next reset. Nothing where
// it can't. One round trip.
void track_session(sql::Connection& session);

// `statement` without a result.
void execute(sql::Connection& session, const std::string& statement);

}  // namespace millpond::drivers
