// How long after it left the server's list a session is still lent.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <iostream>
#include <map>
#include <mutex>
#include <optional>
#include <pqxx/except>
#include <stop_token>
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
constexpr char kPool[] = "size = 8\nacquire_timeout = \"5s\"\n";
constexpr double kLate = 100;  // ms

// When each session left the list.
class Graveyard {
 public:
  void bury(int session) {
    const std::lock_guard lock{mutex_};
    left_[session] = Clock::now();
  }

  // How long it had been gone, in ms, where it had.
  std::optional<double> age(int session, Clock::time_point lent) {
    const std::lock_guard lock{mutex_};
    const auto found = left_.find(session);
    if (found == left_.end() || found->second >= lent) {
      return std::nullopt;
    }
    return milliseconds(lent - found->second);
  }

 private:
  std::mutex mutex_;
  std::map<int, Clock::time_point> left_;
};

class Funeral {
 public:
  explicit Funeral(int port) : scene_(server_of(port) + pool_of(kPool)), sessions_(port) {
    expect(eventually(10s, [&] { return sessions_.count() == 8; }), "a full pool");
  }

  // So many sessions are ended, while borrowers come now and then.
  proof::Count play(sim::Random& random, std::int64_t count) {
    const std::size_t before = ages_.size();
    std::vector<std::jthread> borrowers;
    for (int i = 0; i < kThreads; ++i) {
      borrowers.emplace_back([this, seed = random.next()](const std::stop_token& stop) {
        borrow(stop, sim::Random{seed});
      });
    }
    for (std::int64_t i = 0; i < count; ++i) {
      expect(eventually(10s, [&] { return !sessions_.list().empty(); }), "sessions to end");
      const std::vector<int> all = sessions_.list();
      const int session = all[random.below(all.size())];
      sessions_.end(session);
      graves_.bury(session);
      pause(std::chrono::milliseconds{random.between(1, 20)});
    }
    pause(200ms);  // whoever was ended last is lent late, or not
    borrowers.clear();
    const auto late = std::count_if(ages_.begin() + static_cast<std::ptrdiff_t>(before),
                                    ages_.end(), [](double age) { return age >= kLate; });
    return {.done = count, .bad = late};
  }

  // The distribution, of those that were lent dead.
  void tell() const {
    std::cerr << fmt::format("   lent dead {} times:", ages_.size());
    double from = 0;
    for (const double to : {1.0, 10.0, 30.0, 100.0, 300.0, 1e9}) {
      const auto in = std::count_if(ages_.begin(), ages_.end(),
                                    [&](double age) { return age >= from && age < to; });
      std::cerr << (to > kLate * 10 ? fmt::format(" {} later\n", in)
                                    : fmt::format(" {} before {:.0f} ms,", in, to));
      from = to;
    }
  }

  void recover() {
    const PoolHandle<Postgres> handle = scene_.pool();
    expect(eventually(10s, [&] { return works(handle); }), "a pool of living sessions");
  }

 private:
  static bool works(const PoolHandle<Postgres>& handle) {
    try {
      const auto lease = handle.acquire();
      return lease && value_of(lease->connection(), "select 1") == "1";
    } catch (const pqxx::failure&) {
      return false;
    }
  }

  void borrow(const std::stop_token& stop, sim::Random random) {
    const PoolHandle<Postgres> handle = scene_.pool();
    while (!stop.stop_requested()) {
      turn(handle);
      pause(std::chrono::milliseconds{random.log_between(1, 300)}, stop);
    }
  }

  void turn(const PoolHandle<Postgres>& handle) {
    const auto lease = handle.acquire();
    if (!lease) {
      return;
    }
    const auto lent = Clock::now();
    const int session = lease->connection().backendpid();
    try {
      value_of(lease->connection(), "select 1");
    } catch (const pqxx::failure&) {
      // Ended before it was lent, or after.
      if (const auto age = graves_.age(session, lent)) {
        const std::lock_guard lock{mutex_};
        ages_.push_back(*age);
      }
    }
  }

  Scene scene_;
  PostgresSessions sessions_;
  Graveyard graves_;
  std::mutex mutex_;
  std::vector<double> ages_;  // guarded by mutex_ while borrowers are about
};

}  // namespace

Measured dead_lent(const proof::Campaign& campaign) {
  harness::Postgres postgres;
  Funeral funeral(postgres.port());
  constexpr std::int64_t kTerminations = 10'000;
  constexpr std::int64_t kChunk = 100;
  campaign.run(
      {.key = "dead_lent", .whole = kTerminations, .chunk = kChunk},
      [&](sim::Random& random, std::int64_t count) { return funeral.play(random, count); });
  funeral.tell();
  funeral.recover();
  const proof::Count sum = campaign.ledger.total("dead_lent");
  return none_of(sum.bad, sum.done);
}

}  // namespace millpond::faults
