// TlsSettings in libpq's words, so that a mode means what it says and nothing else: left to itself
// libpq looks into the home directory and the environment for what it was not given, and takes
// "require" for "verify-ca" once it finds authorities there.
//
// Pure but for a look at the files; safe from any thread.
//
//   auto parameters = tls_parameters(endpoint.tls);   // {"sslmode": "verify-full", …}
#pragma once

#include <map>
#include <string>

#include "millpond/drivers/error.h"
#include "millpond/drivers/tls.h"

namespace millpond::drivers {

// kConfiguration, in phase "tls", where a file cannot be read: libpq would go on without it.
Result<std::map<std::string, std::string>> tls_parameters(const TlsSettings& tls);

}  // namespace millpond::drivers
