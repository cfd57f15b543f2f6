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
  std::string statement_timeout;  // "max_statement_time = 0.3", or empty
  // The server's own: the library overrides it with REPEATABLE READ in every new session.
  sql::enum_transaction_isolation isolation = sql::TRANSACTION_REPEATABLE_READ;
};

// The database an endpoint names.
std::string schema_of(const Endpoint& endpoint);

// One round trip.
SessionDefaults read_defaults(sql::Connection& session, const Endpoint& endpoint,
                              const SessionSettings& settings);

// Auto-commit and isolation, also in the library's own idea of them. No round trip where that is
// right already.
void apply_defaults(sql::Connection& session, const SessionDefaults& defaults);

// What set_and_track() says to a server that can track.
std::string settings_statement(const SessionDefaults& defaults);

// The statement timeout; and has the server say, where it can, what a statement changes in the
// session, until the next reset. One round trip, or two where it can't.
void set_and_track(sql::Connection& session, const SessionDefaults& defaults);

// `statement` without a result.
void execute(sql::Connection& session, const std::string& statement);

}  // namespace millpond::drivers
