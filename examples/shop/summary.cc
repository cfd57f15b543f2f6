#include "millpond/examples/shop/summary.h"

#include <fmt/format.h>

namespace millpond::shop {
namespace {

// One leased session each of PostgreSQL, MySQL, and Redis.
constexpr std::int64_t kKills = 3;

void print_sizing(std::ostream& out, const Registry& registry) {
  out << "Sizes\n";
  for (const policy::PoolPolicy& pool : registry.policies()) {
    out << fmt::format("  {:<13} {:>2}   {}\n", pool.name, pool.size, pool.sizing.steps);
  }
}

void print_servers(std::ostream& out, const Summary& summary, const Census& census) {
  out << fmt::format("\nSessions, counted by the servers ({} times)\n", census.counts());
  for (const Workload workload : kEveryWorkload) {
    const PoolSnapshot& pool = summary.pools.at(index_of(workload));
    out << fmt::format("  {:<13} at most {} of {} on {} ({}); opened {}, broken {}, dead {}\n",
                       pool.pool, census.peak(workload), pool.size, pool.server, pool.backend,
                       pool.dialed, pool.closed.broken, pool.closed.dead);
  }
}

void print_operations(std::ostream& out, const Summary& summary, Crew& crew) {
  out << "\nOperations\n";
  for (const Workload workload : kEveryWorkload) {
    const AuditRow& row = summary.audit.at(index_of(workload));
    const Percentiles acquire = crew.gauges(workload).whole_run();
    out << fmt::format(
        "  {:<13} {} acknowledged, {} stored, {} missing, {} given up, {} repeated; acquire p50 {} "
        "us, p99 {} us\n",
        name_of(workload), row.acknowledged, row.stored, row.missing, row.given_up,
        crew.gauges(workload).errors(), acquire.p50.count(), acquire.p99.count());
  }
}

}  // namespace

void print_kills(std::ostream& out, const std::vector<Kill>& kills) {
  for (const Kill& kill : kills) {
    out << fmt::format("       killed session {} of {} in the middle of its work{}\n", kill.session,
                       name_of(kill.workload),
                       kill.confirmed ? "" : ", but its server still lists it");
  }
  out << '\n' << std::flush;
}

int print_summary(std::ostream& out, const Summary& summary, const Registry& registry, Crew& crew,
                  const Census& census) {
  if (summary.interrupted) {
    out << "Interrupted; everything was stopped in order.\n\n";
  }
  print_sizing(out, registry);
  print_servers(out, summary, census);
  print_operations(out, summary, crew);
  for (const std::string& workload : summary.still_leased) {
    out << fmt::format("\nStill leased at the end: a connection of {}\n", workload);
  }
  std::int64_t lost = 0;
  for (const AuditRow& row : summary.audit) {
    lost += row.missing + row.given_up;
  }
  out << fmt::format(
      "\nfigure demo.lost_operations {}\nfigure demo.over_limit_sessions {}\n"
      "figure demo.replaced_sessions {}\n",
      lost, census.over_limit(), summary.replaced_sessions);
  const bool all_replaced = summary.interrupted || summary.replaced_sessions == kKills;
  return lost == 0 && census.over_limit() == 0 && all_replaced && summary.still_leased.empty() ? 0
                                                                                               : 1;
}

}  // namespace millpond::shop
