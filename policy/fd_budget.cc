#include "millpond/policy/fd_budget.h"

#include <algorithm>

namespace millpond::policy {

std::int64_t soft_limit(const ProcessPolicy& process, const DescriptorLimits& limits) {
  return std::max(limits.soft, std::min(process.raise_nofile, limits.hard));
}

std::int64_t descriptors_per_connection(Backend backend) {
  return backend == Backend::kHttp ? 3 : 1;
}

FdNeed worst_case(const std::vector<FdPool>& pools, const FdOutside& outside) {
  FdNeed need{.outside = outside.open_now, .reserve = outside.reserve};
  for (const FdPool& pool : pools) {
    need.connections += pool.connections * descriptors_per_connection(pool.backend);
    need.dials += 2 * pool.dials;
  }
  return need;
}

std::vector<std::int64_t> shrunk_to(std::int64_t limit, const std::vector<FdPool>& pools,
                                    const FdOutside& outside) {
  const FdNeed need = worst_case(pools, outside);
  const std::int64_t rest = limit - (need.total() - need.connections);
  const std::int64_t available = std::clamp<std::int64_t>(rest, 0, need.connections);
  std::vector<std::int64_t> connections;
  for (const FdPool& pool : pools) {
    const __int128 scaled = static_cast<__int128>(pool.connections) * available;
    connections.push_back(
        need.connections == 0 ? 0 : static_cast<std::int64_t>(scaled / need.connections));
  }
  return connections;
}

}  // namespace millpond::policy
