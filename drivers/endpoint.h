// Where a driver connects, as whom, and with what session settings.
//
// Plain values, made by pools/loader from a policy; safe to read from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "millpond/drivers/secret.h"

namespace millpond::drivers {

struct Endpoint {
  std::string host{};  // a name, an IPv4 or an IPv6 address (without brackets)
  std::uint16_t port = 0;
  // The database (PostgreSQL, MySQL), the database number (Redis), the base path (HTTP).
  std::string path{};
  std::string user{};
  Secret password{};

  // "10.0.0.7:5432/orders": for messages; never holds a secret.
  std::string to_string() const;
};

// What holds for every session of one pool, set where a session reset cannot undo it.
// A zero duration means "not set".
struct SessionSettings {
  std::string app_name{};
  std::chrono::microseconds statement_timeout{};
  std::chrono::microseconds read_timeout{};
  std::chrono::microseconds write_timeout{};
  std::chrono::microseconds tcp_user_timeout{};
};

}  // namespace millpond::drivers
