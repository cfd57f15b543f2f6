// The `millpond` command.
#include <algorithm>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "millpond/cli/commands.h"
#include "millpond/pools/loader/host.h"

int main(int argc, char** argv) {
  using namespace millpond;
  try {
    return cli::run(std::vector<std::string>(argv + std::min(argc, 1), argv + argc),
                    {std::cout, std::cerr, loader::this_host()});
  } catch (const std::exception& error) {
    std::cerr << "millpond: " << error.what() << '\n';
    return cli::kError;
  }
}
