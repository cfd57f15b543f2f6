// What an error reply means for a session that is being opened, probed or reset.
//
// Pure functions; safe from any thread.
#pragma once

#include <string_view>

#include "millpond/drivers/error.h"

namespace millpond::drivers {

// From the first word of the reply where it says enough ("WRONGPASS …"), else from its text.
ErrorKind kind_of_reply(std::string_view text);

}  // namespace millpond::drivers
