// What a server says of itself: how many sessions it admits from the account that asks, and what it
// does with idle ones. The same for every backend; what one has not, or does not limit, is absent.
//
// Plain values; safe to read from any thread.
//
//   const auto limits = connection.server_limits(Budget{1s});
//   if (limits && limits->account_limit) { … }
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace millpond::drivers {

struct ServerLimits {
  std::string version{};                                    // in the server's words; empty: untold
  std::optional<std::int64_t> max_connections{};            // sessions of all accounts together
  std::int64_t reserved = 0;                                // of those, kept back from this account
  std::optional<std::int64_t> account_limit{};              // sessions of this account
  std::optional<std::int64_t> database_limit{};             // sessions in this database
  std::optional<std::chrono::milliseconds> idle_timeout{};  // then it ends an idle session
  bool read_only = false;                                   // a standby, or told to take no writes
};

}  // namespace millpond::drivers
