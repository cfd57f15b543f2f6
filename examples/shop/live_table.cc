#include "millpond/examples/shop/live_table.h"

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <vector>

namespace millpond::shop {

void LiveTable::draw(const Registry& registry, Crew& crew, std::chrono::seconds elapsed) {
  std::string text;
  if (style_ == Style::kTerminal && drawn_) {
    text += fmt::format("\x1b[{}A\x1b[J", kWorkloads + 2);  // up over the last table, then clear
  }
  text +=
      fmt::format("{:>3} s  {:<13} {:>7} {:>5} {:>8} {:>12} {:>12} {:>7} {:>8}\n", elapsed.count(),
                  "workload", "in use", "idle", "waiting", "acquire p50", "p99", "errors", "done");
  const std::vector<PoolSnapshot> pools = registry.snapshot();
  for (const Workload workload : kEveryWorkload) {
    const PoolSnapshot& pool = pools.at(index_of(workload));
    Gauges& gauges = crew.gauges(workload);
    const Percentiles acquire = gauges.take_window();
    text +=
        fmt::format("       {:<13} {:>7} {:>5} {:>8} {:>9} us {:>9} us {:>7} {:>8}\n", pool.pool,
                    fmt::format("{}/{}", pool.in_use, pool.size), pool.idle, pool.waiting,
                    acquire.p50.count(), acquire.p99.count(), gauges.errors(), gauges.done());
  }
  out_ << text << '\n' << std::flush;
  drawn_ = true;
}

}  // namespace millpond::shop
