// A backend that does what the test scripts: each dial, probe, and reset succeeds unless the test
// queued a failure for it. Counts what happened.
//
// Safe to call from any thread.
//
//   auto driver = std::make_shared<harness::FakeDriver>();
//   driver->fail_next_dial({ErrorKind::kRefused, "connect", "connection refused"});
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/error.h"

namespace millpond::harness {

// What the sessions of one FakeDriver share.
struct FakeBackend {
  std::mutex mutex;
  std::deque<drivers::Error> dial_failures;
  std::deque<drivers::Error> probe_failures;
  std::deque<drivers::Error> reset_failures;
  std::deque<drivers::Endpoint> endpoints;   // of each dial
  std::set<int> sessions;                    // that live
  std::set<std::string> down;                // hosts that refuse
  std::set<std::string> read_only;           // hosts that take no writes
  std::optional<std::string> password;       // any other is rejected
  int rejected = 0;                          // logins
  std::map<std::string, std::string> names;  // addresses of hosts
  int dials = 0;
  int probes = 0;
  int resets = 0;
  int open = 0;
  int most_open = 0;
  bool has_sockets = false;
};

class FakeConnection final : public drivers::Connection {
 public:
  struct Place {
    std::string host;
    std::string address;
  };
  FakeConnection(std::shared_ptr<FakeBackend> backend, Place place, int session);
  ~FakeConnection() override;

  drivers::ResetNeed reset_need() const noexcept override {
    return broken ? drivers::ResetNeed::kReplacement : need;
  }
  drivers::Result<void> probe(const drivers::Budget& budget) override;
  drivers::Result<void> reset(drivers::ResetNeed wanted, const drivers::Budget& budget) override;
  drivers::Result<drivers::ServerLimits> server_limits(const drivers::Budget& budget) override;
  int watch_fd() const noexcept override { return backend_->has_sockets ? session : -1; }

  std::string peer_address() const override { return address; }

  const std::string host;
  const std::string address;  // what the host's name meant at the dial
  const int session;          // 1, 2, …: unique per driver
  bool broken = false;
  drivers::ResetNeed need = drivers::ResetNeed::kNone;
  int users = 0;  // for tests of exclusivity

 private:
  drivers::Result<void> answer(int& count, std::deque<drivers::Error>& failures);

  const std::shared_ptr<FakeBackend> backend_;
};

class FakeDriver final : public drivers::Driver {
 public:
  explicit FakeDriver(std::string backend = "fake") : name_(std::move(backend)) {}

  std::string_view backend() const noexcept override { return name_; }
  drivers::Result<std::unique_ptr<drivers::Connection>> connect(
      const drivers::Endpoint& endpoint, const drivers::SessionSettings& settings,
      const drivers::Budget& budget) const override;

  // The server ends a session, whose next probe or reset fails.
  void end(int session);
  // The server still has it.
  bool lists(int session) const;

  // Until told otherwise: who listens, who takes writes, and which password is right.
  void go_down(const std::string& host);
  void come_up(const std::string& host);
  void refuse_writes(const std::string& host);
  void set_password(std::string password);
  // For dials, and for who looks the name up.
  void move(const std::string& host, const std::string& address);
  std::string address_of(const std::string& host) const;
  int rejected() const;
  // From the next dial on a session's number is said to be its socket's, for FakeEnv::hang_up().
  void give_sockets() { backend_->has_sockets = true; }

  void fail_next_dial(drivers::Error error);
  void fail_next_probe(drivers::Error error);
  void fail_next_reset(drivers::Error error);

  int dials() const;
  std::deque<drivers::Endpoint> endpoints() const;
  int probes() const;
  int resets() const;
  int open() const;
  int most_open() const;

 private:
  const std::string name_;
  const std::shared_ptr<FakeBackend> backend_ = std::make_shared<FakeBackend>();
};

// The tag for call sites.
struct Fake {
  static constexpr std::string_view kBackend = "fake";
  using Handle = FakeConnection;
  static Handle& handle(drivers::Connection& connection) {
    return static_cast<FakeConnection&>(connection);
  }
};

}  // namespace millpond::harness
