// The rows of the option table, by what they are about. For fields.cc alone.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>

#include "millpond/policy/field.h"

namespace millpond::policy::internal {

// Durations in a row's bounds.
constexpr std::int64_t in_us(Duration duration) {
  return duration.count();
}
inline constexpr std::int64_t kShortest = in_us(std::chrono::milliseconds{1});
inline constexpr std::int64_t kTenMinutes = in_us(std::chrono::minutes{10});
inline constexpr std::int64_t kHour = in_us(std::chrono::hours{1});
inline constexpr std::int64_t kDay = in_us(std::chrono::hours{24});
inline constexpr std::int64_t kYear = in_us(std::chrono::hours{365 * 24});

inline constexpr std::int64_t kMostConnections = 10'000;

inline constexpr Backends kSqlOnly{.redis = false, .http = false};
inline constexpr Backends kHttpOnly{.postgres = false, .mysql = false, .redis = false};

std::span<const Field> process_rows();
std::span<const Field> fleet_rows();
std::span<const Field> server_rows();
std::span<const Field> size_rows();
std::span<const Field> life_rows();
std::span<const Field> session_rows();

}  // namespace millpond::policy::internal
