// From a formula to the size it asks for: its value rounded up, with every step kept for people.
//
// Pure; safe from any thread.
//
//   size_of("9 / 2", {})->want == 5  // steps "9 / 2 = 4.5, rounded up to 5"
#pragma once

#include <cstdint>
#include <string_view>
#include <tl/expected.hpp>

#include "millpond/policy/expression/expression.h"
#include "millpond/policy/expression/queueing.h"
#include "millpond/policy/pool_policy.h"
#include "millpond/policy/text_error.h"

namespace millpond::policy {

// No sensible pool is larger; a formula that says so is a slip.
inline constexpr std::int64_t kLargestSize = kMostServers;

struct SizedPool {
  std::int64_t want = 0;  // 0 or less where the formula says so: clamps are resolution's business
  Sizing sizing;
};

tl::expected<SizedPool, TextError> size_of(std::string_view formula, const Variables& variables);

// The part of `size` that a share such as 0.5 means, rounded up.
std::int64_t share_of(double share, std::int64_t size);

}  // namespace millpond::policy
