// One Redis session as the pools see it.
//
// As drivers::Connection: one thread at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/net/peer_address.h"
#include "millpond/drivers/redis/session.h"
#include "millpond/drivers/redis/session_tracker.h"
#include "millpond/drivers/redis/wire.h"

namespace millpond::drivers {

// Who the session is and where it starts: what opening it sets up and a reset sets up again.
struct RedisIdentity {
  std::string user;
  Secret password;
  std::string database;  // "0" and up
  std::string name;      // empty: none
};

class RedisConnection final : public Connection {
 public:
  // Takes over a connected wire; set_up() makes it a session.
  RedisConnection(RedisWire wire, RedisIdentity identity, const SessionSettings& settings);

  // Authenticates, selects the database, names the session, and proves by a PING that it is served:
  // a server at its limit accepts the socket and refuses the first command. One round trip.
  Result<void> set_up(const Budget& budget);

  RedisSession& session() { return session_; }

  ResetNeed reset_need() const noexcept override {
    return wire_.in_step() ? tracker_.need() : ResetNeed::kReplacement;
  }
  Result<void> probe(const Budget& budget) override;
  // RESET and everything set_up() does, in one round trip; one more where scripts may have been set
  // to stop in the debugger. Servers before Redis 6.2 don't know
  // RESET: there it fails, and the session is replaced.
  Result<void> reset(ResetNeed need, const Budget& budget) override;
  Result<ServerLimits> server_limits(const Budget& budget) override;
  int watch_fd() const noexcept override { return wire_.fd(); }
  std::string peer_address() const override { return drivers::peer_address(watch_fd()); }
  bool refused_write() const noexcept override { return tracker_.refused_write(); }

 private:
  struct Step {
    std::string_view phase;
    std::vector<std::string_view> command;
    std::string_view answer;  // the only one that is right, or kAnyReply
  };
  static constexpr std::string_view kAnyReply{};

  void add_identity(std::vector<Step>& steps, std::string_view phase) const;
  Result<void> run(const std::vector<Step>& steps, const Budget& budget);
  Error redacted(Error error) const;
  void set_socket_timeouts() const;

  RedisWire wire_;
  RedisIdentity identity_;
  std::chrono::microseconds read_timeout_;
  std::chrono::microseconds write_timeout_;
  SessionTracker tracker_;
  RedisSession session_;
};

}  // namespace millpond::drivers
