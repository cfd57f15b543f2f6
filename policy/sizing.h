// From a formula to a pool's size: max(1, ceil(value)), with every step kept for people.
//
// Pure; safe from any thread.
//
//   size_of("9 / 2", {})->size == 5  // steps "9 / 2 = 4.5, rounded up to 5"
#pragma once

#include <cstdint>
#include <string_view>
#include <tl/expected.hpp>

#include "millpond/policy/expression.h"
#include "millpond/policy/pool_policy.h"

namespace millpond::policy {

// No sensible pool is larger; a formula that says so is a slip.
inline constexpr std::int64_t kLargestSize = 10'000;

struct SizedPool {
  std::int64_t size = 0;
  Sizing sizing;
};

tl::expected<SizedPool, TextError> size_of(std::string_view formula, const Variables& variables);

// The part of `size` that a share such as 0.5 means, rounded up.
std::int64_t share_of(double share, std::int64_t size);

}  // namespace millpond::policy
