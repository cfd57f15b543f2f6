// How many handshakes a server that is back has to do at once.
#include <algorithm>
#include <string>

#include "millpond/tests/faults/outage.h"
#include "millpond/tests/faults/pace.h"
#include "millpond/tests/faults/rows.h"
#include "millpond/tests/faults/scene.h"
#include "millpond/tests/harness/gate/gate.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond::faults {
namespace {

using namespace std::chrono_literals;
using harness::Gate;

constexpr std::int64_t kCap = 4;
constexpr std::int64_t kSize = 20;
constexpr char kPool[] = "size = 20\nmax_concurrent_dials = 4\nbackoff_cap = \"200ms\"\n";
constexpr char kReadyForQuery[] = {'Z', 0, 0, 0, 5};

std::int64_t most_handshakes(Gate& gate, const Scene& scene) {
  gate.set(Gate::reset());
  expect(eventually(10s, [&] { return scene.snapshot().open() <= kCap; }),
         "a pool that has lost its sessions");
  gate.forget_most_handshakes();
  gate.set(Gate::delay(10ms));  // long enough that they meet
  expect(eventually(30s, [&] { return gate.counts().open >= kSize; }), "a full pool again");
  const std::int64_t most = gate.counts().most_handshakes;
  gate.set(Gate::pass());
  return most;
}

}  // namespace

Measured handshakes(const proof::Campaign& campaign) {
  harness::Postgres postgres;
  Gate gate(postgres.port(), {.handshake_ends = {kReadyForQuery, sizeof kReadyForQuery}});
  const Scene scene(server_of(gate.port()) + pool_of(kPool));
  expect(eventually(10s, [&] { return scene.snapshot().idle == kSize; }), "a full pool");
  const Callers callers(scene.pool(), {.threads = 40, .timeout = 500ms});
  const std::int64_t rounds = repeats(campaign, 100, 2);
  std::int64_t most = 0;
  for (std::int64_t i = 0; i < rounds; ++i) {
    most = std::max(most, most_handshakes(gate, scene));
    const std::int64_t served = callers.served();
    expect(eventually(10s, [&] { return callers.served() > served + 100; }), "a pool at work");
  }
  return {.value = static_cast<double>(most),
          .text = std::to_string(most),
          .runs = rounds,
          .at_target = most <= kCap};
}

}  // namespace millpond::faults
