// Raising this process's limit of file descriptors, as process.raise_nofile asks.
//
// Changes the process; call it before threads that rely on the limit.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "millpond/policy/pool_policy.h"

namespace millpond::loader {

// Sets the soft limit as the policy says, never lower than it is and never above the hard one. Does
// nothing where the policy leaves it alone. Or why the kernel refused.
tl::expected<void, std::string> raise_descriptor_limit(const policy::ProcessPolicy& process);

}  // namespace millpond::loader
