// When a connection is too old.
//
// Pure: a random number in, times out. Safe from any thread.
//
//   auto span = lifetime(policy, Birth::kLater, random());
//   replace_at(birth + span.expires);
#pragma once

#include <cstdint>

#include "millpond/policy/pool_policy.h"

namespace millpond::policy {

// Whether a connection is one of those that a start opens all at once: their ends are spread wider,
// over first_lifetime_jitter rather than lifetime_jitter.
enum class Birth { kAtStart, kLater };

// From the birth of a connection.
struct Lifetime {
  Duration expires{};  // it is to be replaced; Duration::max() = never
  Duration ends{};     // it is never lent again: max_lifetime
};

// expires = max_lifetime - U[0, jitter * max_lifetime): never longer than max_lifetime, so that a
// hard cut at the server is never met. With rotation_spare it is earlier than that by a dial's time
// (connect_timeout, at most a tenth of the lifetime), so that the successor can stand in time.
// `random` is uniform over 64 bits.
Lifetime lifetime(const PoolPolicy& policy, Birth birth, std::uint64_t random);

}  // namespace millpond::policy
