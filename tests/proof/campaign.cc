#include "millpond/tests/proof/campaign.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>

namespace millpond::proof {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

void Campaign::run(const Work& work, const Play& play) const {
  const auto whole = static_cast<std::int64_t>(std::ceil(static_cast<double>(work.whole) * scale));
  const std::int64_t already = ledger.total(work.key).done;
  const Clock::time_point began = Clock::now();
  Clock::time_point next = began + std::chrono::seconds{5};
  for (std::int64_t done = already; done < whole; done = ledger.total(work.key).done) {
    const auto chunk = static_cast<std::uint64_t>(ledger.chunks(work.key));
    sim::Random random(seed * 1'000'003 + std::hash<std::string>{}(work.key) + chunk);
    ledger.add(work.key, play(random, std::min(work.chunk, whole - done)));
    if (Clock::now() >= next) {
      next = Clock::now() + std::chrono::seconds{5};
      std::cerr << fmt::format("   {:>5.0f} s  {} {} of {}\n",
                               std::chrono::duration<double>(Clock::now() - began).count(),
                               work.key, ledger.total(work.key).done, whole);
    }
  }
  const Count sum = ledger.total(work.key);
  std::cerr << fmt::format("   {}: {} done ({} before), {} bad, {} failed\n", work.key, sum.done,
                           already, sum.bad, sum.failed);
}

}  // namespace millpond::proof
