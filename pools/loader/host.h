// This machine, as far as a policy may refer to it: files, environment, processors, descriptors,
// ports. Injected, so that commands and loaders are tested without any.
//
//   auto set = load_policy({.path = "pools.toml"}, this_host());
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "millpond/policy/host.h"

namespace millpond::loader {

struct FileContent {
  std::string text;
  bool readable_by_others = false;  // its mode lets others than owner and group read it
};

struct Host {
  // The file, or why it can't be read ("Permission denied").
  std::function<tl::expected<FileContent, std::string>(const std::string& path)> read_file;
  std::function<std::optional<std::string>(std::string_view name)> environment;
  std::string program;    // the default of process.service
  double processors = 1;  // that this process may run on
  std::optional<policy::DescriptorLimits> descriptors{};
  std::optional<std::int64_t> ephemeral_ports{};
};

// The real one. Thread-safe as long as nobody changes the environment meanwhile.
Host this_host();

}  // namespace millpond::loader
