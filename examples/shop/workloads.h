// The shop's four workloads, in the order of every table and array here.
#pragma once

#include <array>
#include <cstddef>

namespace millpond::shop {

enum class Workload : std::size_t { kOrders, kCatalog, kSessions, kPayments };

// Their names in pools.toml.
inline constexpr std::array kNames{"orders-write", "catalog", "sessions", "payments"};
inline constexpr std::size_t kWorkloads = kNames.size();

inline constexpr std::array kEveryWorkload{Workload::kOrders, Workload::kCatalog,
                                           Workload::kSessions, Workload::kPayments};

constexpr std::size_t index_of(Workload workload) {
  return static_cast<std::size_t>(workload);
}
constexpr const char* name_of(Workload workload) {
  return kNames.at(index_of(workload));
}

}  // namespace millpond::shop
