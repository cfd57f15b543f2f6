// From where a policy says a secret is kept to the secret itself.
//
// Thread-safe as far as the host's functions are. Messages never hold the secret.
#pragma once

#include <tl/expected.hpp>

#include "millpond/drivers/secret.h"
#include "millpond/policy/finding.h"
#include "millpond/policy/pool_policy.h"
#include "millpond/pools/loader/host.h"

namespace millpond::loader {

struct ReadSecret {
  drivers::Secret secret;     // empty when the policy names none
  policy::Findings warnings;  // a secret file readable by others
};

// A file's trailing newline is not part of the secret. An unset variable, an unreadable file, and
// an empty secret are errors.
tl::expected<ReadSecret, policy::Finding> read_secret(const policy::SecretSource& source,
                                                      const Host& host);

}  // namespace millpond::loader
