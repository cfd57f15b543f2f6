#include "millpond/examples/shop/demo.h"

#include <signal.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "millpond/examples/shop/census.h"
#include "millpond/examples/shop/crew.h"
#include "millpond/examples/shop/ledger.h"
#include "millpond/examples/shop/saboteur.h"
#include "millpond/examples/shop/stage.h"
#include "millpond/examples/shop/summary.h"
#include "millpond/examples/shop/workloads.h"
#include "millpond/millpond.h"
#include "millpond/tests/harness/servers/runfiles.h"

namespace millpond::shop {
namespace {

using namespace std::chrono_literals;

constexpr char kPolicyFile[] = "examples/shop/pools.toml";

// SIGINT and SIGTERM, taken when we look for them. Servers and threads started later don't get
// them: threads inherit the mask, servers are in process groups of their own.
class StopSignals {
 public:
  StopSignals() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, &before_);
  }
  ~StopSignals() {
    const timespec now{};
    while (sigtimedwait(&signals_, nullptr, &now) > 0) {
      // a second Ctrl-C during the clean stop is no reason for an unclean one
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  // True when one came within a second.
  bool came_within_a_second() {
    const timespec second{1, 0};
    return sigtimedwait(&signals_, nullptr, &second) > 0;
  }

 private:
  sigset_t signals_;
  sigset_t before_;
};

std::array<std::int64_t, kWorkloads> sizes_of(const Registry& registry) {
  std::array<std::int64_t, kWorkloads> sizes{};
  std::size_t at = 0;
  for (const PoolSnapshot& pool : registry.snapshot()) {
    sizes.at(at++) = pool.size;
  }
  return sizes;
}

// A killed session counts as replaced when its server is rid of it and its pool has dialed since.
std::int64_t replaced(const std::vector<Kill>& kills, const std::vector<PoolSnapshot>& before,
                      const std::vector<PoolSnapshot>& after) {
  return std::count_if(kills.begin(), kills.end(), [&](const Kill& kill) {
    const std::size_t at = index_of(kill.workload);
    const auto lost = [at](const std::vector<PoolSnapshot>& pools) {
      return pools.at(at).closed.broken + pools.at(at).closed.dead;
    };
    return kill.confirmed && lost(after) > lost(before) &&
           after.at(at).dialed > before.at(at).dialed;
  });
}

}  // namespace

int run_demo(const DemoOptions& options, std::ostream& out) {
  StopSignals stop;
  out << "Starting PostgreSQL, MariaDB, Redis, and nginx…\n" << std::flush;
  Stage stage;
  Registry registry = open(harness::runfile(kPolicyFile));
  out << "Four workloads from " << kPolicyFile << ", " << options.workers << " workers, "
      << options.length.count() << " seconds; Ctrl-C stops.\n\n";

  Ledger ledger;
  Census census{stage, sizes_of(registry)};
  Crew crew{registry, ledger, options.workers};
  LiveTable table{out, options.style};
  Summary summary;
  std::vector<Kill> kills;
  std::vector<PoolSnapshot> before_kills;
  for (auto elapsed = 1s; elapsed <= options.length; ++elapsed) {
    summary.interrupted = stop.came_within_a_second();
    table.draw(registry, crew, elapsed);
    if (summary.interrupted) {
      break;
    }
    if (kills.empty() && elapsed * 2 >= options.length) {
      before_kills = registry.snapshot();
      kills = kill_leased_sessions(crew, stage);
      print_kills(out, kills);
      table.interrupt();
    }
  }
  crew.stop();
  census.stop();
  summary.pools = registry.snapshot();
  summary.replaced_sessions = replaced(kills, before_kills, summary.pools);
  summary.audit = audit(ledger, stage);
  for (const Undrained& workload : registry.close()) {
    summary.still_leased.push_back(workload.workload);
  }
  return print_summary(out, summary, registry, crew, census);
}

}  // namespace millpond::shop
