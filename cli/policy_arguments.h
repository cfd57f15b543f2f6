// The arguments of every command that reads a policy file, and what such commands do when the file
// is bad.
//
// Runs on one thread.
#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "millpond/cli/command.h"
#include "millpond/policy/finding.h"
#include "millpond/pools/loader/policy_source.h"

namespace millpond::cli {

enum class Format { kText, kJson };

struct PolicyArguments {
  loader::PolicyFile file{};
  Format format = Format::kText;
};

// FILE, --profile NAME, and --json.
std::shared_ptr<PolicyArguments> declare_policy_arguments(CLI::App& app);

// "2 errors", "1 error"
std::string counted(std::size_t count, std::string_view what);

std::size_t count_errors(const policy::Findings& findings);

// Prints the findings where messages go, with a closing line when any is an error.
void report(const std::string& path, const policy::Findings& findings,
            const Surroundings& surroundings);

}  // namespace millpond::cli
