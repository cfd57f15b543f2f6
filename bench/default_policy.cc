#include "millpond/bench/default_policy.h"

#include <fmt/format.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "millpond/policy/finding.h"
#include "millpond/pools/loader/host.h"
#include "millpond/pools/loader/policy_source.h"

namespace millpond::bench {

policy::PoolPolicy default_policy(int size) {
  const std::string text = fmt::format(
      "version = 1\n[server.null]\nbackend = \"postgres\"\nendpoint = \"127.0.0.1:5432/null\"\n"
      "max_connections = 1000000\n[pool.bench]\nserver = \"null\"\nsize = {}\n",
      size);
  const loader::Host host{
      .read_file = [&text](const std::string&) -> tl::expected<loader::FileContent, std::string> {
        return loader::FileContent{.text = text};
      },
      .environment = [](std::string_view) { return std::nullopt; },
      .program = "bench",
      .processors = 2};
  auto set = loader::load_policy({.path = "bench.toml"}, host);
  if (!set) {
    throw std::logic_error(policy::render(set.error()));
  }
  return set->pools.front();
}

}  // namespace millpond::bench
