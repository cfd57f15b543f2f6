// Borrowers cancel what they asked for, sometimes a moment after it was answered: nobody else's
// request is cancelled.
#include <fmt/format.h>

#include <atomic>
#include <iostream>
#include <pqxx/except>
#include <string>
#include <thread>
#include <vector>

#include "millpond/tests/faults/pace.h"
#include "millpond/tests/faults/rows.h"
#include "millpond/tests/faults/scene.h"
#include "millpond/tests/harness/servers/servers.h"
#include "millpond/tests/sim/random.h"

namespace millpond::faults {
namespace {

using namespace std::chrono_literals;

constexpr int kThreads = 4;
constexpr char kPool[] = "size = 2\nacquire_timeout = \"10s\"\noverload = \"fifo\"\n";
constexpr char kCancelled[] = "57014";

class CancelStorm {
 public:
  explicit CancelStorm(int port)
      : scene_(server_of(port) + pool_of(kPool)), handle_(scene_.pool()) {}

  // A bad count is a request that was cancelled by nobody who had its lease.
  proof::Count play(sim::Random& random, std::int64_t count) {
    left_ = count;
    hit_ = failed_ = 0;
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([this, seed = random.next()] { rage(sim::Random{seed}); });
      }
    }
    return {.done = count, .bad = hit_, .failed = failed_};
  }

  std::int64_t cancelled() const { return cancelled_.load(); }

 private:
  void rage(sim::Random random) {
    while (left_.fetch_sub(1) > 0) {
      const auto lease = handle_.acquire();
      if (!lease) {
        ++failed_;
      } else if (random.chance(0.5)) {
        cancel(lease->connection(), random);
      } else {
        hit_ += ask(lease->connection(), "select pg_sleep(0.0005)") ? 0 : 1;
      }
    }
  }

  // About as long after the request as it takes.
  void cancel(pqxx::connection_base& connection, sim::Random& random) {
    const auto after = std::chrono::microseconds{random.between(0, 2'000)};
    const std::jthread canceller{[&connection, after] {
      pause(after);
      connection.cancel_query();
    }};
    cancelled_ += ask(connection, "select pg_sleep(0.001)") ? 0 : 1;
  }

  // False when it was cancelled.
  bool ask(pqxx::connection_base& connection, const char* statement) {
    try {
      value_of(connection, statement);
      return true;
    } catch (const pqxx::sql_error& error) {
      expect(error.sqlstate() == kCancelled, error.what());
      return false;
    }
  }

  Scene scene_;
  PoolHandle<Postgres> handle_;
  std::atomic<std::int64_t> left_{0};
  std::atomic<std::int64_t> hit_{0};
  std::atomic<std::int64_t> failed_{0};
  std::atomic<std::int64_t> cancelled_{0};
};

}  // namespace

Measured late_cancels(const proof::Campaign& campaign) {
  harness::Postgres postgres;
  CancelStorm storm(postgres.port());
  constexpr std::int64_t kTurns = 200'000;  // every second one cancels
  constexpr std::int64_t kChunk = 1'000;
  campaign.run({.key = "late_cancels", .whole = kTurns, .chunk = kChunk},
               [&](sim::Random& random, std::int64_t count) { return storm.play(random, count); });
  std::cerr << fmt::format("   {} of the cancels came in time\n", storm.cancelled());
  const proof::Count sum = campaign.ledger.total("late_cancels");
  return none_of(sum.bad, sum.done / 2);
}

}  // namespace millpond::faults
