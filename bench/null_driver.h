// A backend that is not there: connections open at once, or after a while, or never, and are always
// fit to be lent again. What remains is the cost of the pool.
//
// Safe to call from any thread.
//
//   auto driver = std::make_shared<NullDriver>(NullDriver::kAtOnce);
#pragma once

#include <chrono>
#include <memory>
#include <string_view>

#include "millpond/bench/session.h"
#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/error.h"

namespace millpond::bench {

class NullConnection final : public drivers::Connection {
 public:
  drivers::ResetNeed reset_need() const noexcept override { return drivers::ResetNeed::kNone; }
  drivers::Result<void> probe(const drivers::Budget& /*budget*/) override { return {}; }
  drivers::Result<void> reset(drivers::ResetNeed /*need*/,
                              const drivers::Budget& /*budget*/) override {
    return {};
  }
  int watch_fd() const noexcept override { return -1; }

  Session session;
};

class NullDriver final : public drivers::Driver {
 public:
  static constexpr std::chrono::milliseconds kAtOnce{0};
  static constexpr std::chrono::milliseconds kNever = std::chrono::milliseconds::max();

  // `answers_after`: how long a dial takes; kNever waits for its budget to end.
  explicit NullDriver(std::chrono::milliseconds answers_after) : answers_after_(answers_after) {}

  std::string_view backend() const noexcept override { return "null"; }
  drivers::Result<std::unique_ptr<drivers::Connection>> connect(
      const drivers::Endpoint& endpoint, const drivers::SessionSettings& settings,
      const drivers::Budget& budget) const override;

 private:
  const std::chrono::milliseconds answers_after_;
};

// The tag for call sites.
struct Null {
  static constexpr std::string_view kBackend = "null";
  using Handle = NullConnection;
  static Handle& handle(drivers::Connection& connection) {
    return static_cast<NullConnection&>(connection);
  }
};

}  // namespace millpond::bench
