#include "millpond/cli/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>
#include <string_view>

#include "millpond/cli/check.h"
#include "millpond/cli/demo.h"
#include "millpond/cli/explain.h"
#include "millpond/cli/schema.h"
#include "millpond/cli/size.h"
#include "millpond/policy/display.h"
#include "millpond/policy/suggestion.h"

namespace millpond::cli {
namespace {

constexpr std::array kCommands{
    Command{"check", "tests a policy file against this host", declare_check},
    Command{"explain", "shows every value of a policy, and where it comes from", declare_explain},
    Command{"size", "says how many connections a workload needs", declare_size},
    Command{"schema", "prints the JSON Schema of policy files, for editors", declare_schema},
    Command{"demo", "runs a shop on four real servers, some of its sessions killed", declare_demo},
};

constexpr char kProgram[] = "millpond";

std::vector<std::string_view> names() {
  std::vector<std::string_view> result;
  for (const Command& command : kCommands) {
    result.push_back(command.name);
  }
  return result;
}

int refuse_command(const std::string& name, const Surroundings& surroundings) {
  const std::string question = policy::did_you_mean(name, names());
  surroundings.err << fmt::format("{}: unknown command `{}`{}{}\ncommands are {}\n", kProgram,
                                  policy::printable(name), question.empty() ? "" : ": ", question,
                                  policy::listed(names()));
  return kError;
}

int report_parse_end(const CLI::App& app, const CLI::ParseError& end,
                     const Surroundings& surroundings) {
  return app.exit(end, surroundings.out, surroundings.err) == 0 ? kOk : kError;
}

}  // namespace

int run(const std::vector<std::string>& arguments, const Surroundings& surroundings) {
  const std::vector<std::string_view> known = names();
  if (!arguments.empty() && !arguments.front().starts_with('-') &&
      std::find(known.begin(), known.end(), arguments.front()) == known.end()) {
    return refuse_command(arguments.front(), surroundings);
  }
  CLI::App app{"Policy-driven pools of connections: the operator's command", kProgram};
  app.require_subcommand(1);
  Action action;
  for (const Command& command : kCommands) {
    CLI::App* const subcommand =
        app.add_subcommand(std::string(command.name), std::string(command.summary));
    subcommand->callback([&action, declared = command.declare(*subcommand)] { action = declared; });
  }
  try {
    // CLI11 takes a list of arguments from its end.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& end) {
    return report_parse_end(app, end, surroundings);
  }
  return action(surroundings);
}

}  // namespace millpond::cli
