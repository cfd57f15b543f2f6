// The contract between the pools and a backend's client library: what a pool may ask of a driver
// and of one of its connections.
//
// A Driver is immutable and safe to call from any thread. A Connection is used by one thread at a
// time but may move between threads; only reset_need(), refused_write() and watch_fd() may be
// called where blocking is forbidden.
//
//   auto connection = driver.connect(endpoint, settings, Budget{3s});
//   if (connection && (*connection)->probe(Budget{1s})) { … }
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/server_limits.h"
#include "millpond/drivers/socket_observer.h"

namespace millpond::drivers {

// How much of a session a borrower may have changed, as far as the driver can tell.
enum class ResetNeed {
  kNone,         // provably nothing that another borrower could see
  kTransaction,  // a transaction is open
  kSession,      // settings, locks, temporary tables … may have changed, or the driver can't tell
  kReplacement,  // beyond repair: an error or a reply is pending, a result is half read
};

class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  // Closes the session, says goodbye where the protocol has one, and may wait a fifth of a second
  // for the server to hang up, so that a replacement is never one session too many. Runs off the
  // callers' threads, but for the last return after the registry is gone.
  virtual ~Connection() = default;

  // What has to be done before the session can be lent again. Asked at every return: one call, no
  // system call, never blocks.
  virtual ResetNeed reset_need() const noexcept = 0;
  bool reusable() const noexcept { return reset_need() != ResetNeed::kReplacement; }

  // True once the server has refused a write of this session because it takes none, as after a
  // failover; reset_need() is kReplacement then. As far as the driver has seen it, or was told by
  // who has read the error. No system call, never blocks.
  virtual bool refused_write() const noexcept { return told_of_refused_write_; }
  void note_refused_write() noexcept { told_of_refused_write_ = true; }

  // One true round trip. A failure means the session must be closed.
  virtual Result<void> probe(const Budget& budget) = 0;

  // Brings the session back to its initial state as far as `need` says; kNone does nothing,
  // kReplacement is not for it. A failure means the session must be closed.
  virtual Result<void> reset(ResetNeed need, const Budget& budget) = 0;

  // What the server says of itself, told to this session's account. Nothing is known, at no cost,
  // where the protocol has no words for it (HTTP); otherwise one round trip, which is no use of the
  // session. A failure means the session must be closed.
  virtual Result<ServerLimits> server_limits(const Budget& /*budget*/) { return ServerLimits{}; }

  // The socket, or -1 where the library hides it or there is none yet.
  virtual int watch_fd() const noexcept = 0;

  // The numeric address at the other end; empty for a Unix socket, or where there is no socket yet.
  virtual std::string peer_address() const { return {}; }

  // Tells the observer of the socket in use, and from here on of every change, until it is told
  // otherwise (null). A connection that keeps its one socket for life tells of that alone, and who
  // closes the connection knows that it goes. Never blocks; once in a session's life.
  virtual void observe_sockets(SocketObserver* observer) {
    if (observer != nullptr && watch_fd() >= 0) {
      observer->opened(watch_fd());
    }
  }

 private:
  bool told_of_refused_write_ = false;
};

class Driver {
 public:
  virtual ~Driver() = default;

  // "postgres", "mysql", "redis", "http": as the policy file spells it.
  virtual std::string_view backend() const noexcept = 0;

  // Name lookup, TCP, authentication, and session set-up, all within the budget. On failure nothing
  // is left open.
  virtual Result<std::unique_ptr<Connection>> connect(const Endpoint& endpoint,
                                                      const SessionSettings& settings,
                                                      const Budget& budget) const = 0;

  // How many leases one connection can carry at once: 1, or more for a multiplexed protocol.
  virtual int lease_limit() const noexcept { return 1; }

  // File descriptors one connection costs this process.
  virtual int descriptors_per_connection() const noexcept { return 1; }
};

}  // namespace millpond::drivers
