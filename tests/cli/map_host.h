// A host of maps, and the `millpond` command run on it in-process: files and variables are what a
// test says.
//
// For one thread.
//
//   MapHost host;
//   host.files["pools.toml"] = {.text = "version = 1\n"};
//   Ran ran = host.run({"check", "pools.toml"});  // ran.status, ran.out, ran.err
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "millpond/cli/commands.h"
#include "millpond/policy/host.h"
#include "millpond/pools/loader/host.h"

namespace millpond::cli {

struct Ran {
  int status = 0;
  std::string out{};
  std::string err{};
};

class MapHost {
 public:
  Ran run(const std::vector<std::string>& arguments) const {
    std::ostringstream out;
    std::ostringstream err;
    const int status = cli::run(arguments, {.out = out, .err = err, .host = host()});
    return {status, out.str(), err.str()};
  }

  loader::Host host() const {
    return {.read_file = [this](const std::string& path) { return read(path); },
            .environment = [this](std::string_view name) { return variable(name); },
            .program = "millpond",
            .processors = 2,
            .descriptors = descriptors,
            .ephemeral_ports = 28232};
  }

  std::map<std::string, loader::FileContent> files{};
  std::map<std::string, std::string, std::less<>> variables{};
  policy::DescriptorLimits descriptors{.soft = 1024, .hard = 4096, .open = 4};

 private:
  tl::expected<loader::FileContent, std::string> read(const std::string& path) const {
    const auto found = files.find(path);
    if (found == files.end()) {
      return tl::unexpected<std::string>("No such file or directory");
    }
    return found->second;
  }

  std::optional<std::string> variable(std::string_view name) const {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  }
};

}  // namespace millpond::cli
