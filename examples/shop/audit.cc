#include "millpond/examples/shop/audit.h"

#include <algorithm>
#include <set>
#include <string>

namespace millpond::shop {

AuditRows audit(const Ledger& ledger, Stage& stage) {
  AuditRows rows;
  for (const Workload workload : kEveryWorkload) {
    const std::set<std::string> acknowledged = ledger.acknowledged(name_of(workload));
    const std::set<std::string> stored = stage.stored_keys(workload);
    AuditRow& row = rows.at(index_of(workload));
    row.acknowledged = static_cast<std::int64_t>(acknowledged.size());
    row.stored = static_cast<std::int64_t>(stored.size());
    row.missing = std::count_if(acknowledged.begin(), acknowledged.end(),
                                [&](const std::string& key) { return stored.count(key) == 0; });
    row.given_up = ledger.given_up(name_of(workload));
  }
  return rows;
}

}  // namespace millpond::shop
