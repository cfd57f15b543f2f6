#include "millpond/pools/loader/secrets.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "millpond/policy/finding_codes.h"

namespace millpond::loader {
namespace {

using policy::Finding;
using policy::SecretSource;
namespace code = policy::code;

Finding at(const SecretSource& source, const char* finding_code, std::string message,
           std::string help) {
  Finding finding;
  finding.code = finding_code;
  finding.span = source.span;
  finding.source_line = source.source_line;
  finding.message = std::move(message);
  finding.help = std::move(help);
  return finding;
}

void strip_newline(std::string& text) {
  for (const char end : {'\n', '\r'}) {
    if (!text.empty() && text.back() == end) {
      text.pop_back();
    }
  }
}

tl::expected<ReadSecret, Finding> from_environment(const SecretSource& source, const Host& host) {
  auto value = host.environment(source.name);
  if (!value) {
    return tl::unexpected(at(source, code::kSecretUnset,
                             fmt::format("environment variable `{}` is not set", source.name),
                             "set it in the service's environment, or name a file: "
                             "\"${file:/path}\""));
  }
  if (value->empty()) {
    return tl::unexpected(at(source, code::kSecretEmpty,
                             fmt::format("environment variable `{}` is empty", source.name),
                             "set it to the password"));
  }
  return ReadSecret{drivers::Secret{std::move(*value)}, {}};
}

tl::expected<ReadSecret, Finding> from_file(const SecretSource& source, const Host& host) {
  auto file = host.read_file(source.name);
  if (!file) {
    return tl::unexpected(
        at(source, code::kSecretUnreadable,
           fmt::format("secret file {} cannot be read: {}", source.name, file.error()),
           "check the path and that the service's user may read it"));
  }
  strip_newline(file->text);
  if (file->text.empty()) {
    return tl::unexpected(at(source, code::kSecretEmpty,
                             fmt::format("secret file {} is empty", source.name),
                             "write the password into it"));
  }
  ReadSecret result{drivers::Secret{std::move(file->text)}, {}};
  if (file->readable_by_others) {
    Finding finding = at(source, code::kSecretExposed,
                         fmt::format("secret file {} is readable by every user", source.name),
                         fmt::format("chmod o= {}", source.name));
    finding.severity = policy::Severity::kWarning;
    result.warnings.push_back(std::move(finding));
  }
  return result;
}

}  // namespace

tl::expected<ReadSecret, Finding> read_secret(const SecretSource& source, const Host& host) {
  switch (source.kind) {
    case SecretSource::Kind::kEnvironment:
      return from_environment(source, host);
    case SecretSource::Kind::kFile:
      return from_file(source, host);
    case SecretSource::Kind::kNone:
      break;
  }
  return ReadSecret{};
}

}  // namespace millpond::loader
