#include "millpond/policy/pool_policy.h"

#include <algorithm>

namespace millpond::policy {
namespace {

template <class Policy>
const Policy* find(const std::vector<Policy>& policies, const std::string& name) {
  const auto found = std::find_if(policies.begin(), policies.end(),
                                  [&name](const Policy& policy) { return policy.name == name; });
  return found == policies.end() ? nullptr : &*found;
}

}  // namespace

const char* name_of(Backend backend) {
  switch (backend) {
    case Backend::kPostgres:
      return "postgres";
    case Backend::kMysql:
      return "mysql";
    case Backend::kRedis:
      return "redis";
    case Backend::kHttp:
      break;
  }
  return "http";
}

const ServerPolicy* PolicySet::server(const std::string& name) const {
  return find(servers, name);
}

const PoolPolicy* PolicySet::pool(const std::string& name) const {
  return find(pools, name);
}

}  // namespace millpond::policy
