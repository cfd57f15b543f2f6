// A pool that is made smaller while all of it is borrowed closes nothing under a borrower's hands.
#include <pqxx/except>
#include <utility>
#include <vector>

#include "millpond/pools/snapshot.h"
#include "millpond/tests/faults/pace.h"
#include "millpond/tests/faults/rows.h"
#include "millpond/tests/faults/scene.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond::faults {
namespace {

using namespace std::chrono_literals;

constexpr int kSize = 16;
constexpr char kPool[] = "size = 16\nacquire_timeout = \"10s\"\n";

std::vector<Lease<Postgres>> borrow_all(const PoolHandle<Postgres>& handle) {
  std::vector<Lease<Postgres>> all;
  for (int i = 0; i < kSize; ++i) {
    auto lease = handle.acquire();
    expect(lease.has_value(), "a pool of its full size");
    all.push_back(*std::move(lease));
  }
  return all;
}

bool negative(const PoolSnapshot& seen) {
  return std::min({seen.size, seen.in_use, seen.idle, seen.dialing, seen.probing, seen.resetting,
                   seen.closing, seen.waiting}) < 0;
}

// Sessions that were closed while they were lent, and gauges below zero.
std::int64_t shrink_once(LonePool& lone, PostgresSessions& sessions) {
  std::int64_t bad = 0;
  const auto handle = lone.handle();
  std::vector<Lease<Postgres>> all = borrow_all(handle);
  lone.pool().resize(1);
  for (auto& lease : all) {
    try {
      bad += value_of(lease.connection(), "select 6 * 7") == "42" ? 0 : 1;
    } catch (const pqxx::failure&) {
      ++bad;
    }
    bad += negative(handle.snapshot()) ? 1 : 0;
  }
  for (; !all.empty(); all.pop_back()) {
    bad += negative(handle.snapshot()) ? 1 : 0;
  }
  expect(eventually(10s, [&] { return sessions.count() <= 1; }), "one session after the shrink");
  bad += negative(handle.snapshot()) ? 1 : 0;
  lone.pool().resize(kSize);
  return bad;
}

}  // namespace

Measured shrink(const proof::Campaign& campaign) {
  harness::Postgres postgres;
  PostgresSessions sessions(postgres.port());
  LonePool lone(server_of(postgres.port()) + pool_of(kPool));
  const std::int64_t rounds = repeats(campaign, 500, 5);
  std::int64_t bad = 0;
  for (std::int64_t i = 0; i < rounds; ++i) {
    bad += shrink_once(lone, sessions);
  }
  borrow_all(lone.handle());
  return none_of(bad, rounds);
}

}  // namespace millpond::faults
