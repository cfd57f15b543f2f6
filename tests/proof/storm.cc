#include "millpond/tests/proof/storm.h"

#include <fmt/format.h>

#include <atomic>
#include <exception>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "millpond/tests/proof/pond.h"

namespace millpond::proof {
namespace {

using drivers::Connection;

constexpr int kThreads = 4;
constexpr char kPool[] =
    "size = 2\nacquire_timeout = \"20s\"\nread_timeout = \"20ms\"\nreset_timeout = \"5s\"\n";
constexpr double kAbandoned = 0.1;
// What an abandoned request asks for is less than this above its own number.
constexpr std::int64_t kStride = 1000;

class Storm {
 public:
  explicit Storm(Backend& backend)
      : backend_(backend), pond_(backend, kPool), abandons_(backend.abandons()) {}

  Count play(sim::Random& random, std::int64_t count) {
    left_ = count;
    wrong_ = failed_ = 0;
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([this, seed = random.next()] { rage(sim::Random{seed}); });
      }
    }
    return {.done = count, .bad = wrong_, .failed = failed_};
  }

 private:
  void rage(sim::Random random) {
    while (left_.fetch_sub(1) > 0) {
      const std::int64_t id = next_.fetch_add(kStride);
      const bool abandon = random.chance(kAbandoned);
      const Act& act = abandons_[random.below(abandons_.size())];
      try {
        const auto borrowed = pond_.borrow([&](Connection& connection) {
          if (abandon) {
            act.play(connection, id);
          } else {
            compare(id, backend_.ask(connection, id));
          }
        });
        failed_ += borrowed ? 0 : 1;
      } catch (const std::exception&) {
        failed_ += abandon ? 0 : 1;
      }
    }
  }

  void compare(std::int64_t id, const std::string& answer) {
    if (answer != std::to_string(id)) {
      ++wrong_;
      std::cerr << fmt::format("{}: asked for {}, answered {}\n", backend_.name(), id, answer);
    }
  }

  Backend& backend_;
  Pond pond_;
  std::vector<Act> abandons_;
  std::atomic<std::int64_t> next_{kStride};
  std::atomic<std::int64_t> left_{0};
  std::atomic<std::int64_t> wrong_{0};
  std::atomic<std::int64_t> failed_{0};
};

}  // namespace

void prove_storm(const Campaign& campaign, const Backends& backends) {
  Backend& backend = *backends.front();
  Storm storm(backend);
  // Redis answers ten times as fast, and pipelines: there is more to get wrong.
  const bool redis = backend.name() == "redis";
  campaign.run({.key = fmt::format("storm.{}", backend.name()),
                .whole = redis ? 1'000'000 : 100'000,
                .chunk = redis ? 10'000 : 2'000},
               [&](sim::Random& random, std::int64_t count) { return storm.play(random, count); });
}

}  // namespace millpond::proof
