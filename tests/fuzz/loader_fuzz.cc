// Any bytes as a policy file: accepted with pools that keep their bounds, or refused with findings
// that can be shown.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "millpond/policy/finding.h"
#include "millpond/policy/host.h"
#include "millpond/policy/pool_policy.h"
#include "millpond/policy/toml/loader.h"
#include "millpond/tests/fuzz/fuzz_target.h"

namespace millpond::fuzz {
namespace {

std::optional<std::string> environment(std::string_view name) {
  return name == "SET" ? std::optional<std::string>("4") : std::nullopt;
}

void require_presentable(const policy::Findings& findings) {
  for (const policy::Finding& finding : findings) {
    require(!finding.code.empty() && !finding.message.empty(), "a finding has code and message");
    require(finding.span.line == 0 || finding.span.column > 0, "a finding's line has a column");
  }
  require(findings.empty() == policy::render(findings).empty(), "findings can be shown");
}

void require_sound(const policy::PolicySet& set) {
  for (const policy::PoolPolicy& pool : set.pools) {
    require(pool.size >= 1 && pool.size <= 10'000, "a size is within its bounds");
    require(pool.min_idle <= pool.size, "min_idle is within the size");
    require(pool.size <= pool.sizing.cap, "a size is below its cap");
    require(set.server(pool.server) != nullptr, "a pool has its server");
  }
}

}  // namespace
}  // namespace millpond::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millpond;
  const auto loaded = policy::toml::load_explained(
      {"pools.toml", std::string(fuzz::text_of(data, size))},
      {.environment = fuzz::environment,
       .host = {.cores = 2,
                .descriptors = policy::DescriptorLimits{.soft = 1024, .hard = 4096, .open = 4},
                .ephemeral_ports = 28232}});
  if (loaded) {
    fuzz::require_sound(loaded->set);
    fuzz::require_presentable(loaded->set.warnings);
    fuzz::require(loaded->explanation.tables.size() ==
                      2 + loaded->set.servers.size() + loaded->set.pools.size(),
                  "every table is explained");
  } else {
    fuzz::require(policy::has_errors(loaded.error()), "a refusal has an error");
    fuzz::require_presentable(loaded.error());
  }
  return 0;
}
