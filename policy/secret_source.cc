#include "millpond/policy/secret_source.h"

#include <algorithm>

namespace millpond::policy {
namespace {

constexpr std::string_view kEnvironment = "${env:";
constexpr std::string_view kFile = "${file:";

tl::unexpected<std::string> because(std::string reason) {
  return tl::unexpected<std::string>(std::move(reason));
}

}  // namespace

bool is_variable_name(std::string_view text) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !text.empty() && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

tl::expected<SecretSource, std::string> parse_secret_source(std::string_view text) {
  const bool environment = text.starts_with(kEnvironment);
  const bool file = text.starts_with(kFile);
  if ((!environment && !file) || text.find('}') != text.size() - 1) {
    return because("a secret must not stand in the policy file");
  }
  const std::string_view prefix = environment ? kEnvironment : kFile;
  const std::string_view name = text.substr(prefix.size(), text.size() - prefix.size() - 1);
  if (environment && name.find(":-") != name.npos) {
    return because("a default would be a literal secret");
  }
  if (environment && !is_variable_name(name)) {
    return because("not the name of a variable");
  }
  if (file && (!name.starts_with('/') || name.find('\0') != name.npos)) {
    return because("the path must be absolute");
  }
  const auto kind = environment ? SecretSource::Kind::kEnvironment : SecretSource::Kind::kFile;
  return SecretSource{.kind = kind, .name = std::string(name)};
}

}  // namespace millpond::policy
