// A PostgreSQL server and its driver, for the tests of this folder.
//
// Not thread-safe.
#pragma once

#include <sys/types.h>

#include <memory>
#include <pqxx/connection_base>
#include <string>

#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond::drivers {

class PostgresBackend {
 public:
  static constexpr bool kAuthenticates = true;
  static constexpr bool kHasSessionState = true;
  static constexpr bool kTellsLimits = true;

  PostgresBackend();

  std::shared_ptr<const Driver> driver() const { return driver_; }
  Endpoint endpoint() const;
  std::string session_of(Connection& connection) const;
  bool lists(const std::string& session);
  void end(const std::string& session);
  void freeze(const std::string& session);
  void thaw(const std::string& session);
  void dirty(Connection& connection);
  bool is_dirty(Connection& connection);

  // A session with these settings; throws std::runtime_error.
  std::unique_ptr<Connection> connect(const SessionSettings& settings = {});
  harness::Postgres& server() { return server_; }

 private:
  harness::Postgres server_;
  std::shared_ptr<const Driver> driver_;
  std::unique_ptr<Connection> observer_;  // quicker than a psql, to catch a session that lingers
};

// Every backend has functions of these names, and one program may use several.
inline namespace postgres {

// The first column of the first row, in autocommit.
std::string value_of(Connection& connection, const std::string& statement);

// As a borrower would, in autocommit.
void execute(Connection& connection, const std::string& statement);

}  // namespace postgres

}  // namespace millpond::drivers
