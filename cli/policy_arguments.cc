#include "millpond/cli/policy_arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "millpond/policy/display.h"

namespace millpond::cli {

std::shared_ptr<PolicyArguments> declare_policy_arguments(CLI::App& app) {
  auto arguments = std::make_shared<PolicyArguments>();
  app.add_option("FILE", arguments->file.path, "the policy file")->required();
  app.add_option("--profile", arguments->file.profile,
                 fmt::format("the profile to use; without it what {} says, or none",
                             loader::kProfileVariable));
  app.add_flag_callback(
      "--json", [raw = arguments.get()] { raw->format = Format::kJson; },
      "one JSON object in place of text; docs/commands.md has its shape");
  return arguments;
}

std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::size_t count_errors(const policy::Findings& findings) {
  return static_cast<std::size_t>(std::count_if(
      findings.begin(), findings.end(),
      [](const policy::Finding& finding) { return finding.severity == policy::Severity::kError; }));
}

void report(const std::string& path, const policy::Findings& findings,
            const Surroundings& surroundings) {
  const std::size_t errors = count_errors(findings);
  surroundings.err << policy::render(findings, surroundings.err_colour);
  if (errors > 0) {
    surroundings.err << fmt::format("\n{}: {}, {}\n", policy::printable(path),
                                    counted(errors, "error"),
                                    counted(findings.size() - errors, "warning"));
  }
}

}  // namespace millpond::cli
