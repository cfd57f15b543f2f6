// What a session is given that only HTTP knows.
//
// Plain values; safe to read from any thread.
#pragma once

#include <chrono>
#include <cstddef>

namespace millpond::drivers {

// A zero duration means "not set".
struct HttpSettings {
  std::chrono::microseconds tls_timeout{};
  std::chrono::microseconds response_header_timeout{};
  std::chrono::microseconds expect_continue_timeout{};
  std::size_t max_header_bytes = std::size_t{64} * 1024;
};

}  // namespace millpond::drivers
