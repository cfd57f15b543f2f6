#include "millpond/cli/demo.h"

#include <unistd.h>

#include <chrono>
#include <memory>

#include "millpond/examples/shop/demo.h"
#include "millpond/examples/shop/live_table.h"

namespace millpond::cli {

Action declare_demo(CLI::App& app) {
  const auto options = std::make_shared<shop::DemoOptions>();
  const auto seconds = std::make_shared<int>(options->length.count());
  app.add_option("--seconds", *seconds, "how long the shop is open (default 10)")
      ->check(CLI::Range(2, 3600));
  app.add_option("--workers", options->workers, "how many serve its customers (default 16)")
      ->check(CLI::Range(1, 1000));
  return [options, seconds](const Surroundings& surroundings) {
    options->length = std::chrono::seconds{*seconds};
    options->style = isatty(STDOUT_FILENO) == 1 ? shop::LiveTable::Style::kTerminal
                                                : shop::LiveTable::Style::kPlain;
    return shop::run_demo(*options, surroundings.out);
  };
}

}  // namespace millpond::cli
