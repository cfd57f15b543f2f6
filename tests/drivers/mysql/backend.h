// A MariaDB server and its driver, for the tests of this folder.
//
// Not thread-safe.
#pragma once

#include <memory>
#include <string>

#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/tls.h"
#include "millpond/tests/harness/servers/certificates.h"
#include "millpond/tests/harness/servers/servers.h"
#include "millpond/tests/harness/servers/tls_files.h"

namespace millpond::drivers {

class MysqlBackend {
 public:
  static constexpr bool kAuthenticates = true;
  static constexpr bool kHasSessionState = true;
  static constexpr bool kTellsLimits = true;

  MysqlBackend() : MysqlBackend(harness::TlsFiles{}, TlsSettings{}) {}
  // `tls` is what endpoint() asks for.
  MysqlBackend(const harness::TlsFiles& server, TlsSettings tls);

  std::shared_ptr<const Driver> driver() const { return driver_; }
  Endpoint endpoint() const;
  std::string session_of(Connection& connection) const;
  bool lists(const std::string& session);
  void end(const std::string& session);
  // The server has one process for all of its sessions.
  void freeze(const std::string& session);
  void thaw(const std::string& session);
  void dirty(Connection& connection);
  bool is_dirty(Connection& connection);

  // A session with these settings; throws std::runtime_error.
  std::unique_ptr<Connection> connect(const SessionSettings& settings = {});
  harness::MariaDb& server() { return server_; }

 private:
  harness::MariaDb server_;
  TlsSettings tls_;
  std::shared_ptr<const Driver> driver_;
  std::unique_ptr<Connection> observer_;  // quicker than a client, to catch a session that lingers
};

// The same, with TLS asked for and everything about it checked.
class MysqlTlsBackend : public MysqlBackend {
 public:
  MysqlTlsBackend() : MysqlTlsBackend(std::make_unique<harness::Certificates>()) {}

 private:
  explicit MysqlTlsBackend(std::unique_ptr<harness::Certificates> certificates);

  std::unique_ptr<harness::Certificates> certificates_;
};

// Every backend has functions of these names, and one program may use several.
inline namespace mysql {

// The first column of the first row; "NULL" for null.
std::string value_of(Connection& connection, const std::string& statement);

// As a borrower would.
void run(Connection& connection, const std::string& statement);

}  // namespace mysql

}  // namespace millpond::drivers
