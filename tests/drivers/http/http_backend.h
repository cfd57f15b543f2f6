// A real nginx and the driver for it, as the conformance suite wants them. A session is named by
// its local port.
//
// Not thread-safe.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond::drivers {

class HttpBackend {
 public:
  static constexpr bool kAuthenticates = false;  // any status is an answer, 401 too
  static constexpr bool kHasSessionState = true;
  static constexpr bool kTellsLimits = false;

  HttpBackend();

  std::shared_ptr<const Driver> driver() const { return driver_; }
  Endpoint endpoint() const;
  std::string session_of(Connection& connection) const;
  bool lists(const std::string& session) const;
  // nginx can't be told to close one connection: a reload closes all that are idle.
  void end(const std::string& session);
  void freeze(const std::string& session);
  void thaw(const std::string& session);
  // A cookie in the raw handle.
  void dirty(Connection& connection) const;
  bool is_dirty(Connection& connection) const;

  harness::Nginx& server() { return server_; }

 private:
  std::vector<pid_t> workers();

  harness::Nginx server_;
  std::shared_ptr<const Driver> driver_;
};

}  // namespace millpond::drivers
