// What a policy may ask of the host its program runs on: measured outside, passed in.
//
// A value; safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace millpond::policy {

struct DescriptorLimits {
  std::int64_t soft = 0;
  std::int64_t hard = 0;
  std::int64_t open = 0;  // by this process, outside of pools
};

struct Host {
  double cores = 1;
  std::string program = "service";
  std::optional<DescriptorLimits> descriptors{};  // nothing where they are not known
  std::optional<std::int64_t> ephemeral_ports{};  // for connections to one address; likewise
};

}  // namespace millpond::policy
