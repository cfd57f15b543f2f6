// The server never sees more sessions than the policy allows, whatever happens to the pool.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <iostream>
#include <pqxx/except>
#include <pqxx/nontransaction>
#include <stop_token>
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

constexpr int kSize = 8;
constexpr int kThreads = 16;

// What may lie above the size, one kind at a time: where both have room, one hides the other's.
struct Shape {
  const char* key;
  const char* lines;
  std::int64_t limit;
};
constexpr Shape kShapes[] = {
    {"over_limit.overflow", "rotation_spare = 0\noverflow = \"open-and-close\"\noverflow_max = 2\n",
     kSize + 2},
    {"over_limit.rotation", "rotation_spare = 1\n", kSize + 1}};
constexpr char kPool[] =
    "size = 8\nmax_lifetime = \"1s\"\nacquire_timeout = \"5s\"\noverload = \"fifo\"\n"
    "keepalive = \"500ms\"\nidle_timeout = \"1s\"\n";

constexpr char kSlowToEnd[] =
    "do $$ begin for n in 1..40 loop execute 'create temp table t' || n || '(a int)'; end loop; "
    "end $$";

class Churn {
 public:
  Churn(const harness::Postgres& postgres, const Shape& shape)
      : limit_(shape.limit),
        lone_(server_of(postgres.port()) + pool_of(std::string{kPool} + shape.lines)),
        oracle_(postgres.port()),
        killer_(postgres.port()) {}

  proof::Count play(sim::Random& random, std::int64_t count) {
    left_ = count;
    failed_ = over_ = 0;
    {
      std::jthread watch{[this](const std::stop_token& stop) { poll(stop); }};
      std::jthread disturb{[this, seed = random.next()](const std::stop_token& stop) {
        disturbed(stop, sim::Random{seed});
      }};
      std::vector<std::jthread> borrowers;
      for (int i = 0; i < kThreads; ++i) {
        borrowers.emplace_back([this, seed = random.next()] { borrow(sim::Random{seed}); });
      }
    }
    return {.done = count, .bad = over_, .failed = failed_};
  }

  // All that the size allows can be had again, and no more is open when they are back.
  void recover() {
    lone_.pool().resize(kSize);
    auto handle = lone_.handle();
    std::vector<Lease<Postgres>> all;
    for (int i = 0; i < kSize; ++i) {
      auto lease = handle.acquire({.timeout = 10s});
      expect(lease.has_value(), "a full pool after the churn");
      all.push_back(std::move(*lease));
    }
    expect(looks_ == 0 || most_ >= kSize,
           fmt::format("a churn that uses the whole size, not {} of {}", most_, limit_));
    std::cerr << fmt::format("   {} looks at the server's list, at most {} of {} sessions\n",
                             looks_, most_, limit_);
  }

 private:
  void poll(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const std::int64_t now = oracle_.count();
      ++looks_;
      most_ = std::max(most_, now);
      over_ += now > limit_ ? 1 : 0;
    }
  }

  void disturbed(const std::stop_token& stop, sim::Random random) {
    while (!stop.stop_requested()) {
      if (random.chance(0.3)) {
        lone_.pool().resize(random.chance(0.5) ? kSize : random.between(2, kSize));
      } else if (random.chance(0.1)) {
        lone_.pool().bump_generation();
      } else if (const std::vector<int> sessions = killer_.list(); !sessions.empty()) {
        killer_.end(sessions[random.below(sessions.size())]);
      }
      pause(std::chrono::milliseconds{random.between(1, 50)}, stop);
    }
  }

  void borrow(sim::Random random) {
    const auto handle = lone_.handle();
    while (left_.fetch_sub(1) > 0) {
      auto lease = handle.acquire({.timeout = random.chance(0.1) ? 200us : 5s});
      if (!lease) {
        ++failed_;
        continue;
      }
      try {
        if (random.chance(0.3)) {  // most of the time more is wanted than there may be
          value_of(lease->connection(), "select pg_sleep(0.02)");
        }
      } catch (const pqxx::failure&) {  // killed meanwhile
        ++failed_;
      }
      if (random.chance(0.005)) {
        leave_slowly(*lease);
      }
    }
  }

  const std::int64_t limit_;
  // The server takes longer to end such a session than to open another one, so that who does not
  // wait for its end is one session ahead.
  static void leave_slowly(Lease<Postgres>& lease) {
    try {
      pqxx::nontransaction{lease.connection()}.exec(kSlowToEnd);
    } catch (const pqxx::failure&) {  // killed meanwhile
    }
    lease.discard();
  }

  LonePool lone_;
  PostgresSessions oracle_;
  PostgresSessions killer_;
  std::atomic<std::int64_t> left_{0};
  std::atomic<std::int64_t> failed_{0};
  std::int64_t over_ = 0;
  std::int64_t looks_ = 0;
  std::int64_t most_ = 0;
};

}  // namespace

Measured over_limit(const proof::Campaign& campaign) {
  constexpr std::int64_t kCycles = 500'000;
  constexpr std::int64_t kChunk = 5'000;
  proof::Count sum;
  for (const Shape& shape : kShapes) {
    const harness::Postgres postgres;
    Churn churn(postgres, shape);
    const proof::Work work{.key = shape.key, .whole = kCycles, .chunk = kChunk};
    campaign.run(
        work, [&](sim::Random& random, std::int64_t count) { return churn.play(random, count); });
    churn.recover();
    sum = sum + campaign.ledger.total(shape.key);
  }
  return none_of(sum.bad, sum.done);
}

}  // namespace millpond::faults
