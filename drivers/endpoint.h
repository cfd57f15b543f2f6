// Where a driver connects, as whom, and with what session settings.
//
// Plain values, made by pools/loader from a policy; safe to read from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "millpond/drivers/http_settings.h"
#include "millpond/drivers/secret.h"
#include "millpond/drivers/tls.h"

namespace millpond::drivers {

struct Endpoint {
  // A name, an IPv4 or an IPv6 address (without brackets), or the path of a Unix socket.
  std::string host{};
  std::uint16_t port = 0;
  // The database (PostgreSQL, MySQL), the database number (Redis), the base path (HTTP).
  std::string path{};
  std::string user{};
  Secret password{};
  TlsSettings tls{};

  bool is_unix() const { return host.starts_with('/'); }

  // "10.0.0.7:5432/orders", "unix:/run/redis.sock:/0": for messages; never holds a secret.
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
  HttpSettings http{};
};

}  // namespace millpond::drivers
