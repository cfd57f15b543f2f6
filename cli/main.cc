// The `millpond` command.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "millpond/cli/commands.h"
#include "millpond/policy/finding.h"
#include "millpond/pools/loader/host.h"

namespace {

// https://no-color.org: any value but an empty one.
bool is_set(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

millpond::policy::Colour colour_of_messages() {
  const char* const terminal = std::getenv("TERM");
  const bool dumb =
      terminal == nullptr || *terminal == '\0' || std::string_view(terminal) == "dumb";
  return isatty(STDERR_FILENO) == 1 && !is_set("NO_COLOR") && !dumb
             ? millpond::policy::Colour::kAlways
             : millpond::policy::Colour::kNever;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace millpond;
  try {
    const int status = cli::run(std::vector<std::string>(argv + std::min(argc, 1), argv + argc),
                                {std::cout, std::cerr, loader::this_host(), colour_of_messages()});
    // Half a report on a full disk must not pass for a whole one.
    if (!std::cout.flush()) {
      std::cerr << "millpond: the result could not be written\n";
      return cli::kError;
    }
    return status;
  } catch (const std::exception& error) {
    std::cerr << "millpond: " << error.what() << '\n';
    return cli::kError;
  }
}
