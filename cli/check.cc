#include "millpond/cli/check.h"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "millpond/cli/findings_json.h"
#include "millpond/cli/json_output.h"
#include "millpond/cli/policy_arguments.h"
#include "millpond/cli/text_table.h"
#include "millpond/policy/display.h"
#include "millpond/policy/duration.h"
#include "millpond/policy/finding.h"
#include "millpond/policy/pages/finding_pages.h"
#include "millpond/policy/pool_policy.h"
#include "millpond/policy/server_address.h"
#include "millpond/policy/suggestion.h"
#include "millpond/pools/loader/policy_source.h"
#include "millpond/pools/loader/secrets.h"

namespace millpond::cli {
namespace {

using nlohmann::ordered_json;
using Servers = std::map<std::string_view, const policy::ServerPolicy*>;

Servers servers_of(const policy::PolicySet& set) {
  Servers servers;
  for (const policy::ServerPolicy& server : set.servers) {
    servers.emplace(server.name, &server);
  }
  return servers;
}

std::string or_off(policy::Duration duration) {
  return duration == policy::Duration::zero() ? "off" : policy::to_text(duration);
}

std::string pool_table(const policy::PolicySet& set) {
  const Servers servers = servers_of(set);
  std::vector<std::vector<std::string>> rows{{"pool", "backend", "server", "size", "min_idle",
                                              "acquire_timeout", "connect_timeout", "max_lifetime",
                                              "idle_timeout", "keepalive"}};
  for (const policy::PoolPolicy& pool : set.pools) {
    const policy::ServerPolicy& server = *servers.at(pool.server);
    rows.push_back({pool.name, policy::name_of(server.backend),
                    policy::to_text(server.endpoints.front()), fmt::format("{}", pool.size),
                    fmt::format("{}", pool.min_idle), policy::to_text(pool.acquire_timeout),
                    policy::to_text(pool.connect_timeout), or_off(pool.max_lifetime),
                    or_off(pool.idle_timeout), or_off(pool.keepalive)});
  }
  return render_table(rows);
}

// What became of a size that is not the one wanted.
std::string fitted(const policy::PoolPolicy& pool) {
  const policy::Sizing& sizing = pool.sizing;
  return pool.size > sizing.want
             ? fmt::format("{} raised to {} = {}", sizing.want, pool.size, sizing.floor_reason)
             : fmt::format("{} lowered to {} = {}", sizing.want, pool.size, sizing.cap_reason);
}

// How each size that is no plain number came about.
std::string formulas(const policy::PolicySet& set) {
  std::string text;
  for (const policy::PoolPolicy& pool : set.pools) {
    const std::size_t indent = pool.name.size() + std::string_view(".size").size();
    if (pool.sizing.formula != pool.sizing.steps) {
      text += fmt::format("{}.size = {}\n{:{}} = {}\n", pool.name,
                          policy::printable(pool.sizing.formula), "", indent, pool.sizing.steps);
    }
    if (pool.size != pool.sizing.want) {
      text += fmt::format("{}.size: {}\n", pool.name, fitted(pool));
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

// A file as it was checked: the set is there unless findings hold an error of the file itself.
struct Checked {
  policy::Findings findings{};
  std::unique_ptr<policy::PolicySet> set{};
};

Checked check_file(const loader::PolicyFile& file, const loader::Host& host) {
  auto set = loader::load_policy(file, host);
  if (!set) {
    return {.findings = std::move(set.error())};
  }
  Checked checked{.findings = set->warnings,
                  .set = std::make_unique<policy::PolicySet>(*std::move(set))};
  for (policy::Finding& finding : check_secrets(*checked.set, host)) {
    checked.findings.push_back(std::move(finding));
  }
  policy::sort_by_place(checked.findings);
  return checked;
}

ordered_json pools_json(const policy::PolicySet& set) {
  const Servers servers = servers_of(set);
  ordered_json pools = ordered_json::array();
  for (const policy::PoolPolicy& pool : set.pools) {
    const policy::ServerPolicy& server = *servers.at(pool.server);
    pools.push_back({{"name", pool.name},
                     {"backend", policy::name_of(server.backend)},
                     {"server", pool.server},
                     {"size", pool.size},
                     {"want", pool.sizing.want},
                     {"formula", pool.sizing.formula},
                     {"steps", pool.sizing.steps}});
  }
  return pools;
}

ordered_json report_json(const std::string& path, const Checked& checked) {
  const std::size_t errors = count_errors(checked.findings);
  ordered_json report{{"file", path},
                      {"ok", errors == 0},
                      {"errors", errors},
                      {"warnings", checked.findings.size() - errors},
                      {"findings", to_json(checked.findings)}};
  if (errors == 0) {
    report["pools"] = pools_json(*checked.set);
  }
  return report;
}

int check(const PolicyArguments& arguments, const Surroundings& surroundings) {
  const std::string& path = arguments.file.path;
  const Checked checked = check_file(arguments.file, surroundings.host);
  const bool ok = !policy::has_errors(checked.findings);
  if (arguments.format == Format::kJson) {
    surroundings.out << dump(report_json(path, checked));
    return ok ? kOk : kError;
  }
  report(path, checked.findings, surroundings);
  if (ok) {
    surroundings.out << fmt::format("{}: ok: {} on {}, {}\n\n", policy::printable(path),
                                    counted(checked.set->pools.size(), "pool"),
                                    counted(checked.set->servers.size(), "server"),
                                    counted(checked.findings.size(), "warning"))
                     << pool_table(*checked.set) << formulas(*checked.set);
  }
  return ok ? kOk : kError;
}

int explain_code(std::string code, const Surroundings& surroundings) {
  if (code.starts_with('m')) {
    code.front() = 'M';
  }
  if (const policy::FindingPage* const page = policy::find_page(code)) {
    surroundings.out << policy::render_page(*page);
    return kOk;
  }
  std::vector<std::string_view> codes;
  for (const policy::FindingPage& page : policy::pages()) {
    codes.push_back(page.code);
  }
  const std::string question = policy::did_you_mean(code, codes);
  surroundings.err << fmt::format("millpond check: no finding has the code `{}`{}{}\n",
                                  policy::printable(code), question.empty() ? "" : ": ", question);
  return kError;
}

}  // namespace

Action declare_check(CLI::App& app) {
  const auto arguments = declare_policy_arguments(app);
  const auto code = std::make_shared<std::string>();
  CLI::Option* const file = app.get_option("FILE");
  app.add_option("--explain", *code, "in place of FILE: what a finding's code means, such as M031")
      ->excludes(file);
  file->required(false);
  return [arguments, code](const Surroundings& surroundings) {
    if (code->empty() && arguments->file.path.empty()) {
      surroundings.err << "millpond check: FILE or --explain CODE is required\n";
      return kError;
    }
    return code->empty() ? check(*arguments, surroundings) : explain_code(*code, surroundings);
  };
}

}  // namespace millpond::cli
