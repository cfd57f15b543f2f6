#include "millpond/policy/expression/queueing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace millpond::policy {
namespace {

// The part of callers that may wait longer. Never 0, even when p is so near to 1 that a double
// cannot tell them apart: nothing finite would do.
double rest_of(const Demand& demand) {
  constexpr double kLeast = 1e-17;
  return std::max(1 - demand.p, kLeast);
}

// Walks up the numbers of servers by Erlang B's recurrence, whose terms all lie between 0 and 1:
// no factorial, nothing that could leave a double.
class Servers {
 public:
  explicit Servers(const Demand& demand)
      : demand_(demand), offered_(demand.arrivals_per_second * demand.hold_seconds) {}

  void add_one() {
    ++count_;
    blocked_ = offered_ * blocked_ / (number() + offered_ * blocked_);
  }

  // With no more servers than are busy on average, the queue grows without end.
  bool can_serve() const { return number() > offered_; }

  Answer answer() const {
    const double utilisation = offered_ / number();
    const double waits = blocked_ / (1 - utilisation * (1 - blocked_));
    const double spare = (number() - offered_) / demand_.hold_seconds;  // per second
    return {.servers = count_,
            .offered = offered_,
            .utilisation = utilisation,
            .probability_of_wait = waits,
            .probability_of_longer_wait = waits * std::exp(-spare * demand_.wait_seconds),
            .quantile_of_wait = std::max(0.0, std::log(waits / rest_of(demand_)) / spare)};
  }

 private:
  double number() const { return static_cast<double>(count_); }

  const Demand& demand_;
  double offered_;
  std::int64_t count_ = 0;
  double blocked_ = 1;  // B: the part turned away if nobody could wait
};

}  // namespace

std::optional<Answer> servers_needed(const Demand& demand) {
  Servers servers(demand);
  for (std::int64_t count = 1; count <= kMostServers; ++count) {
    servers.add_one();
    if (!servers.can_serve()) {
      continue;
    }
    const Answer answer = servers.answer();
    if (answer.probability_of_longer_wait <= rest_of(demand)) {
      return answer;
    }
  }
  return std::nullopt;
}

std::vector<Answer> answers(const Demand& demand, ServerRange range) {
  std::vector<Answer> result;
  Servers servers(demand);
  const std::int64_t last = std::min(range.last, kMostServers);
  for (std::int64_t count = 1; count <= last; ++count) {
    servers.add_one();
    if (count >= range.first && servers.can_serve()) {
      result.push_back(servers.answer());
    }
  }
  return result;
}

std::string load_text(double offered) {
  constexpr double kLongestInFull = 1e15;
  constexpr double kRounded = 1000;
  return offered >= kRounded && offered < kLongestInFull ? fmt::format("{:.0f}", offered)
                                                         : fmt::format("{:.4g}", offered);
}

std::string probability_text(double probability) {
  constexpr double kTenthOfPercent = 0.00095;  // what is rounded to one
  constexpr double kHundredthOfPercent = 0.000095;
  constexpr double kPercent = 100;
  if (probability >= kTenthOfPercent) {
    return fmt::format("{:.1f}%", probability * kPercent);
  }
  if (probability >= kHundredthOfPercent) {
    return fmt::format("{:.2f}%", probability * kPercent);
  }
  return probability > 0 ? "<0.01%" : "0%";
}

}  // namespace millpond::policy
