// What a connection asks of TLS, the same for every backend.
//
// Plain values; safe to read from any thread.
#pragma once

#include <string>

namespace millpond::drivers {

// libpq's words. From kRequire on a connection that would be in the clear is refused.
enum class TlsMode {
  kOff,
  kRequire,     // encrypted, to whomever
  kVerifyCa,    // to somebody with a certificate of the authorities
  kVerifyFull,  // to the host that was asked for
};

// Paths of PEM files; empty: the system's authorities, no certificate of one's own.
struct TlsSettings {
  TlsMode mode = TlsMode::kOff;
  std::string ca{};
  std::string cert{};
  std::string key{};
};

}  // namespace millpond::drivers
