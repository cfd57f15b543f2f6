// Was anything lost? Compares what the ledger says was acknowledged with what the servers hold.
#pragma once

#include <array>
#include <cstdint>

#include "millpond/examples/shop/ledger.h"
#include "millpond/examples/shop/stage.h"
#include "millpond/examples/shop/workloads.h"

namespace millpond::shop {

struct AuditRow {
  std::int64_t acknowledged = 0;
  std::int64_t stored = 0;    // keys on the server
  std::int64_t missing = 0;   // acknowledged, and not there
  std::int64_t given_up = 0;  // customers who were told no
};

using AuditRows = std::array<AuditRow, kWorkloads>;

// After the crew has stopped.
AuditRows audit(const Ledger& ledger, Stage& stage);

}  // namespace millpond::shop
