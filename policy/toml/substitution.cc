#include "millpond/policy/toml/substitution.h"

#include <fmt/format.h>

#include <utility>

#include "millpond/policy/finding_codes.h"
#include "millpond/policy/secret_source.h"

namespace millpond::policy::toml {
namespace {

constexpr std::string_view kOpening = "${";
constexpr std::string_view kEnvironment = "env:";
constexpr std::string_view kDefault = ":-";

tl::unexpected<TextError> bad(std::string message) {
  return tl::unexpected(TextError{.code = code::kBadSubstitution,
                                  .message = std::move(message),
                                  .help = "write ${env:NAME} or ${env:NAME:-default}"});
}

// The value of what stands between the braces.
tl::expected<std::string, TextError> value_of(std::string_view inner,
                                              const Environment& environment) {
  if (inner.starts_with("file:")) {
    return bad("only a password can come from a file");
  }
  if (!inner.starts_with(kEnvironment)) {
    return bad("unknown substitution");
  }
  inner.remove_prefix(kEnvironment.size());
  const std::size_t separator = inner.find(kDefault);
  const std::string_view name = inner.substr(0, separator);
  if (!is_variable_name(name)) {
    return bad("not the name of an environment variable");
  }
  auto value = environment ? environment(name) : std::nullopt;
  if (separator != std::string_view::npos) {
    const bool missing = !value || value->empty();
    return missing ? std::string(inner.substr(separator + kDefault.size())) : *std::move(value);
  }
  if (!value) {
    return tl::unexpected(
        TextError{.code = code::kVariableUnset,
                  .message = fmt::format("environment variable `{}` is not set", name),
                  .help = fmt::format("set it, or give a default: ${{env:{}:-default}}", name)});
  }
  return *std::move(value);
}

}  // namespace

tl::expected<Substituted, TextError> substitute(std::string_view text,
                                                const Environment& environment) {
  Substituted result;
  std::size_t at = 0;
  while (at < text.size()) {
    if (!text.substr(at).starts_with(kOpening)) {
      result.text += text[at];
      result.origins.push_back(at++);
      continue;
    }
    const std::size_t closing = text.find('}', at);
    const std::size_t past = closing == std::string_view::npos ? text.size() : closing + 1;
    const std::size_t start = at + kOpening.size();
    auto value = closing == std::string_view::npos
                     ? bad("a substitution without its closing brace")
                     : value_of(text.substr(start, closing - start), environment);
    if (!value) {
      value.error().offset = at;
      value.error().length = past - at;
      return tl::unexpected(std::move(value.error()));
    }
    result.text += *value;
    result.origins.insert(result.origins.end(), value->size(), at);
    result.values.push_back(*value);
    result.changed = true;
    at = past;
  }
  result.origins.push_back(text.size());
  return result;
}

}  // namespace millpond::policy::toml
