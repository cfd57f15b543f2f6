// How many file descriptors the pools of a process can need at worst, against its limit.
//
// Pure; safe from any thread.
//
//   const FdNeed need = worst_case(pools, {.open_now = 42, .reserve = 64});
//   need.total() <= limit
#pragma once

#include <cstdint>
#include <vector>

#include "millpond/policy/host.h"
#include "millpond/policy/pool_policy.h"

namespace millpond::policy {

// The soft limit once the process has raised it as its policy says.
std::int64_t soft_limit(const ProcessPolicy& process, const DescriptorLimits& limits);

// Of one connection: libpq, libmariadb and hiredis keep one; a libcurl easy handle keeps three.
std::int64_t descriptors_per_connection(Backend backend);

struct FdPool {
  std::int64_t connections = 0;  // its size and its rotation spare
  Backend backend = Backend::kPostgres;
  std::int64_t dials = 0;  // at once
};

struct FdOutside {
  std::int64_t open_now = 0;  // that are not the pools'
  std::int64_t reserve = 0;
};

struct FdNeed {
  std::int64_t connections = 0;
  std::int64_t dials = 0;  // two each: the socket, and the name's lookup or the cancel's
  std::int64_t outside = 0;
  std::int64_t reserve = 0;

  std::int64_t total() const { return connections + dials + outside + reserve; }
};

FdNeed worst_case(const std::vector<FdPool>& pools, const FdOutside& outside);

// How many connections each pool may have within `limit`, in proportion to what it would have; the
// sum of all their descriptors then fits. None has more than it would have.
std::vector<std::int64_t> shrunk_to(std::int64_t limit, const std::vector<FdPool>& pools,
                                    const FdOutside& outside);

}  // namespace millpond::policy
