// The shop's whole run: starts the servers, opens pools.toml, lets the workers loose, has a leased
// session of each database killed half-way, and shows at the end that nothing was lost.
//
// For the main thread of a process that has no other yet: it sets environment variables and blocks
// SIGINT and SIGTERM, which end the run early and cleanly.
#pragma once

#include <chrono>
#include <ostream>

#include "millpond/examples/shop/live_table.h"

namespace millpond::shop {

struct DemoOptions {
  std::chrono::seconds length{10};
  int workers = 16;
  LiveTable::Style style = LiveTable::Style::kPlain;
};

// 0 when nothing was lost, no server saw too many sessions, and (unless interrupted) each killed
// session was replaced; else 1. Throws std::runtime_error when a server does not start.
int run_demo(const DemoOptions& options, std::ostream& out);

}  // namespace millpond::shop
