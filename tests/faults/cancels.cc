// No slot is lost to callers that give up, by their deadline or by their stop_token.
#include <atomic>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

#include "millpond/tests/faults/pace.h"
#include "millpond/tests/faults/rows.h"
#include "millpond/tests/faults/scene.h"
#include "millpond/tests/harness/servers/servers.h"
#include "millpond/tests/sim/random.h"

namespace millpond::faults {
namespace {

using namespace std::chrono_literals;

constexpr int kSize = 8;
constexpr int kThreads = 24;
constexpr char kPool[] = "size = 8\noverload = \"fifo\"\nacquire_timeout = \"10s\"\n";

class Cancels {
 public:
  explicit Cancels(int port) : scene_(server_of(port) + pool_of(kPool)), handle_(scene_.pool()) {}

  // So many acquires that gave up; then how many of the slots are missing.
  proof::Count play(sim::Random& random, std::int64_t count) {
    left_ = count;
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([this, seed = random.next()] { rage(sim::Random{seed}); });
      }
      // Those who are waiting now are told to stop, over and over.
      while (left_.load() > 0) {
        const std::size_t victim = random.below(kThreads);
        stops_[victim].load()->request_stop();
        std::this_thread::yield();
      }
    }
    return {.done = count, .bad = missing()};
  }

 private:
  void rage(sim::Random random) {
    const std::size_t me = next_.fetch_add(1) % kThreads;
    while (left_.load() > 0) {
      const auto stop = std::make_shared<std::stop_source>();
      stops_[me].store(stop);
      const auto timeout = std::chrono::microseconds{random.between(0, 300)};
      if (const auto lease = handle_.acquire({.timeout = timeout, .stop = stop->get_token()})) {
        pause(std::chrono::microseconds{random.between(0, 200)});
      } else {
        --left_;
      }
    }
  }

  std::int64_t missing() const {
    std::vector<Lease<Postgres>> all;
    for (int i = 0; i < kSize; ++i) {
      if (auto lease = handle_.acquire({.timeout = 5s})) {
        all.push_back(*std::move(lease));
      }
    }
    return kSize - static_cast<std::int64_t>(all.size());
  }

  Scene scene_;
  PoolHandle<Postgres> handle_;
  std::atomic<std::int64_t> left_{0};
  std::atomic<std::size_t> next_{0};
  std::vector<std::atomic<std::shared_ptr<std::stop_source>>> stops_ = initial();

  static std::vector<std::atomic<std::shared_ptr<std::stop_source>>> initial() {
    std::vector<std::atomic<std::shared_ptr<std::stop_source>>> all(kThreads);
    for (auto& stop : all) {
      stop.store(std::make_shared<std::stop_source>());
    }
    return all;
  }
};

}  // namespace

Measured cancels(const proof::Campaign& campaign) {
  harness::Postgres postgres;
  Cancels storm(postgres.port());
  constexpr std::int64_t kCancels = 1'000'000;
  constexpr std::int64_t kChunk = 5'000;
  campaign.run({.key = "cancels", .whole = kCancels, .chunk = kChunk},
               [&](sim::Random& random, std::int64_t count) { return storm.play(random, count); });
  const proof::Count sum = campaign.ledger.total("cancels");
  return none_of(sum.bad, sum.done);
}

}  // namespace millpond::faults
