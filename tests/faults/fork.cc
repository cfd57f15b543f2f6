// What a child's end costs its parent's sessions.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <pqxx/except>
#include <utility>
#include <vector>

#include "millpond/tests/faults/pace.h"
#include "millpond/tests/faults/rows.h"
#include "millpond/tests/faults/scene.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond::faults {
namespace {

using namespace std::chrono_literals;

constexpr int kSize = 4;

// What a careless child does to a connection that is its parent's: asks something, and hangs up.
void misuse(Lease<Postgres>& lease) {
  try {
    value_of(lease.connection(), "select 'of the child'");
  } catch (const pqxx::failure&) {
    // As it should be.
  }
  lease.connection().disconnect();
}

// A child that misuses what it inherited, gives it back, and ends as a program does.
void fork_once(Lease<Postgres>& lease) {
  std::cout.flush();
  const pid_t child = ::fork();
  expect(child >= 0, "a process more");
  if (child == 0) {
    {
      Lease<Postgres> inherited = std::move(lease);
      misuse(inherited);
    }
    std::exit(0);
  }
  int status = -1;
  const bool ended = eventually(10s, [&] { return ::waitpid(child, &status, WNOHANG) == child; });
  expect(ended && WIFEXITED(status) && WEXITSTATUS(status) == 0, "a child that ends well");
}

// The parent's own question.
bool answers(Lease<Postgres>& lease) {
  try {
    return value_of(lease.connection(), "select 6 * 7") == "42";
  } catch (const pqxx::failure&) {
    return false;
  }
}

}  // namespace

Measured fork_safety(const proof::Campaign& campaign) {
  harness::Postgres postgres;
  PostgresSessions sessions(postgres.port());
  const Scene scene(server_of(postgres.port()) + pool_of("size = 4\nvalidate = \"never\"\n"));
  expect(eventually(10s, [&] { return sessions.count() == kSize; }), "a full pool");
  const std::vector<int> before = sessions.list();
  auto lease = scene.pool().acquire();
  expect(lease.has_value(), "a connection before the fork");
  const std::int64_t rounds = repeats(campaign, 500, 5);
  std::int64_t lost = 0;
  for (std::int64_t i = 0; i < rounds; ++i) {
    fork_once(*lease);
    lost += answers(*lease) ? 0 : 1;
  }
  const std::vector<int> after = sessions.list();
  lost += std::count_if(before.begin(), before.end(), [&](int session) {
    return std::find(after.begin(), after.end(), session) == after.end();
  });
  return none_of(lost, rounds);
}

}  // namespace millpond::faults
