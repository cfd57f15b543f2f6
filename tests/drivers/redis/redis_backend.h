// A real Redis and the driver for it, as the conformance suite wants them.
//
// Not thread-safe.
#pragma once

#include <memory>
#include <string>

#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond::drivers {

class RedisBackend {
 public:
  static constexpr bool kAuthenticates = true;
  static constexpr bool kHasSessionState = true;
  static constexpr bool kTellsLimits = true;

  explicit RedisBackend(const harness::Redis::Options& options = {});

  std::shared_ptr<const Driver> driver() const { return driver_; }
  Endpoint endpoint() const;
  std::string session_of(Connection& connection) const;
  bool lists(const std::string& session);
  void end(const std::string& session);
  void freeze(const std::string& session);
  void thaw(const std::string& session);
  void dirty(Connection& connection) const;
  bool is_dirty(Connection& connection) const;

  harness::Redis& server() { return server_; }

 private:
  harness::Redis server_;
  std::shared_ptr<const Driver> driver_;
};

}  // namespace millpond::drivers
