#include "millpond/tests/proof/campaign.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>
#include <numeric>
#include <thread>

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

void Campaign::run(const Work& work, const std::vector<Play>& players) const {
  run(work, [&players](sim::Random& random, std::int64_t count) {
    std::vector<Count> parts(players.size());
    {
      std::vector<std::jthread> threads;
      auto left = static_cast<std::int64_t>(players.size());
      for (std::size_t i = 0; i < players.size(); ++i) {
        const std::int64_t part = count / left--;
        count -= part;
        threads.emplace_back([&, i, part, seed = random.next()] {
          sim::Random own(seed);
          parts[i] = players[i](own, part);
        });
      }
    }
    return std::accumulate(parts.begin(), parts.end(), Count{});
  });
}

}  // namespace millpond::proof
