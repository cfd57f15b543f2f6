// What a server, or a caller, needs to speak TLS.
//
// Plain values.
#pragma once

#include <filesystem>

namespace millpond::harness {

// Paths of PEM files; an empty certificate: no TLS.
struct TlsFiles {
  std::filesystem::path certificate{};
  std::filesystem::path key{};
  // A server's: it asks callers for a certificate of this authority. Empty: it asks for none.
  std::filesystem::path client_authority{};
};

}  // namespace millpond::harness
