#include "millpond/millpond.h"

#include <csignal>
#include <utility>

#include "millpond/drivers/all/all_drivers.h"
#include "millpond/policy/finding_codes.h"
#include "millpond/policy/pool_policy.h"
#include "millpond/pools/loader/descriptor_limit.h"
#include "millpond/pools/loader/host.h"
#include "millpond/pools/loader/policy_source.h"

namespace millpond {
namespace {

// A program's own handler stays.
void ignore_sigpipe() {
  struct sigaction now {};
  if (sigaction(SIGPIPE, nullptr, &now) == 0 && now.sa_handler == SIG_DFL) {
    std::signal(SIGPIPE, SIG_IGN);
  }
}

policy::Finding limit_not_raised(const std::string& path, const std::string& why) {
  policy::Finding finding;
  finding.code = policy::code::kDescriptors;
  finding.span.file = path;
  finding.message = "process.raise_nofile: the kernel refuses to raise the limit: ";
  finding.message += why;
  return finding;
}

}  // namespace

Result<Registry, Findings> try_open(const std::string& path) {
  const loader::Host host = loader::this_host();
  const auto catalog = drivers::all_drivers();
  auto set = loader::load_policy({.path = path}, host);
  if (!set) {
    return tl::unexpected(std::move(set.error()));
  }
  if (auto raised = loader::raise_descriptor_limit(set->process); !raised) {
    return tl::unexpected(Findings{limit_not_raised(path, raised.error())});
  }
  auto definitions = loader::define_pools(*set, *catalog, host);
  if (!definitions) {
    return tl::unexpected(std::move(definitions.error()));
  }
  if (set->process.sigpipe == policy::Sigpipe::kIgnore) {
    ignore_sigpipe();
  }
  return Registry{path, definitions->pools};
}

Registry open(const std::string& path) {
  auto registry = try_open(path);
  if (!registry) {
    throw Error{Errc::kInvalidPolicy, policy::render(registry.error())};
  }
  return *std::move(registry);
}

}  // namespace millpond
