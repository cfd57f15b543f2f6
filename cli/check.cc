#include "millpond/cli/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "millpond/cli/text_table.h"
#include "millpond/policy/duration.h"
#include "millpond/policy/finding.h"
#include "millpond/policy/pool_policy.h"
#include "millpond/policy/server_address.h"
#include "millpond/pools/loader/policy_source.h"
#include "millpond/pools/loader/secrets.h"

namespace millpond::cli {
namespace {

std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::size_t count_errors(const policy::Findings& findings) {
  return static_cast<std::size_t>(std::count_if(
      findings.begin(), findings.end(),
      [](const policy::Finding& finding) { return finding.severity == policy::Severity::kError; }));
}

std::string or_off(policy::Duration duration) {
  return duration == policy::Duration::zero() ? "off" : policy::to_text(duration);
}

std::string pool_table(const policy::PolicySet& set) {
  std::vector<std::vector<std::string>> rows{{"pool", "backend", "server", "size", "min_idle",
                                              "acquire_timeout", "connect_timeout", "max_lifetime",
                                              "idle_timeout", "keepalive"}};
  for (const policy::PoolPolicy& pool : set.pools) {
    const policy::ServerPolicy& server = *set.server(pool.server);
    rows.push_back({pool.name, policy::name_of(server.backend), policy::to_text(server.address),
                    fmt::format("{}", pool.size), fmt::format("{}", pool.min_idle),
                    policy::to_text(pool.acquire_timeout), policy::to_text(pool.connect_timeout),
                    or_off(pool.max_lifetime), or_off(pool.idle_timeout), or_off(pool.keepalive)});
  }
  return render_table(rows);
}

// How each size that is no plain number came about.
std::string formulas(const policy::PolicySet& set) {
  std::string text;
  for (const policy::PoolPolicy& pool : set.pools) {
    if (pool.sizing.formula != pool.sizing.steps) {
      text += fmt::format("{}.size = {}\n{:{}} = {}\n", pool.name, pool.sizing.formula, "",
                          pool.name.size() + std::string_view(".size").size(), pool.sizing.steps);
    }
  }
  return text.empty() ? text : "\n" + text;
}

// What is wrong with the places where the set's secrets are kept.
policy::Findings check_secrets(const policy::PolicySet& set, const loader::Host& host) {
  policy::Findings findings;
  for (const policy::ServerPolicy& server : set.servers) {
    auto secret = loader::read_secret(server.password, host);
    if (!secret) {
      findings.push_back(std::move(secret.error()));
      continue;
    }
    findings.insert(findings.end(), secret->warnings.begin(), secret->warnings.end());
  }
  return findings;
}

int report(const std::string& path, const policy::Findings& findings,
           const Surroundings& surroundings) {
  const std::size_t errors = count_errors(findings);
  surroundings.err << policy::render(findings);
  if (errors > 0) {
    surroundings.err << fmt::format("\n{}: {}, {}\n", path, counted(errors, "error"),
                                    counted(findings.size() - errors, "warning"));
  }
  return errors > 0 ? kError : kOk;
}

int check(const std::string& path, const Surroundings& surroundings) {
  auto set = loader::load_policy(path, surroundings.host);
  if (!set) {
    return report(path, set.error(), surroundings);
  }
  policy::Findings findings = set->warnings;
  for (policy::Finding& finding : check_secrets(*set, surroundings.host)) {
    findings.push_back(std::move(finding));
  }
  policy::sort_by_place(findings);
  const int status = report(path, findings, surroundings);
  if (status == kOk) {
    surroundings.out << fmt::format("{}: ok: {} on {}, {}\n\n", path,
                                    counted(set->pools.size(), "pool"),
                                    counted(set->servers.size(), "server"),
                                    counted(findings.size(), "warning"))
                     << pool_table(*set) << formulas(*set);
  }
  return status;
}

}  // namespace

Action declare_check(CLI::App& app) {
  const auto path = std::make_shared<std::string>();
  app.add_option("FILE", *path, "the policy file")->required();
  return [path](const Surroundings& surroundings) { return check(*path, surroundings); };
}

}  // namespace millpond::cli
