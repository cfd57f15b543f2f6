#include "millpond/drivers/postgres/tls_parameters.h"

#include <unistd.h>

#include <cerrno>
#include <tl/expected.hpp>

#include "millpond/drivers/net/system_error.h"

namespace millpond::drivers {
namespace {

// To libpq an empty path is "look in the home directory". No file can ever be here.
constexpr char kNoFile[] = "/dev/null/none";

// Debian's, and where its derivatives have theirs.
constexpr char kSystemAuthorities[] = "/etc/ssl/certs/ca-certificates.crt";

std::string or_none(const std::string& path) {
  return path.empty() ? kNoFile : path;
}

const char* sslmode_of(TlsMode mode) {
  switch (mode) {
    case TlsMode::kOff:
      return "disable";
    case TlsMode::kRequire:
      return "require";
    case TlsMode::kVerifyCa:
      return "verify-ca";
    case TlsMode::kVerifyFull:
      break;
  }
  return "verify-full";
}

std::string authorities_of(const TlsSettings& tls) {
  if (tls.mode == TlsMode::kRequire) {
    return kNoFile;  // with authorities at hand libpq would ask for their certificate
  }
  return tls.ca.empty() ? kSystemAuthorities : tls.ca;
}

Result<void> readable(const std::string& what, const std::string& path) {
  if (path == kNoFile || ::access(path.c_str(), R_OK) == 0) {
    return {};
  }
  Error error = system_error(errno, "tls", "cannot read " + what + " " + path);
  error.kind = ErrorKind::kConfiguration;
  return tl::unexpected(std::move(error));
}

}  // namespace

Result<std::map<std::string, std::string>> tls_parameters(const TlsSettings& tls) {
  std::map<std::string, std::string> parameters{{"sslmode", sslmode_of(tls.mode)}};
  if (tls.mode == TlsMode::kOff) {
    return parameters;
  }
  const std::string authorities = authorities_of(tls);
  const std::string certificate = or_none(tls.cert);
  const std::string key = or_none(tls.key);
  for (const auto& checked :
       {readable("the authorities in", authorities), readable("the certificate", certificate),
        readable("the certificate's key", key)}) {
    if (!checked) {
      return tl::unexpected(checked.error());
    }
  }
  parameters.insert({{"sslrootcert", authorities},
                     {"sslcert", certificate},
                     {"sslkey", key},
                     {"sslcrl", kNoFile},
                     {"sslcrldir", kNoFile},
                     // For a key under a passphrase, which would be asked for on the terminal.
                     {"sslpassword", "none"}});
  return parameters;
}

}  // namespace millpond::drivers
