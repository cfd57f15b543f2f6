#include "millpond/policy/value_text.h"

#include <fmt/format.h>

#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "millpond/policy/byte_size.h"
#include "millpond/policy/duration.h"
#include "millpond/policy/server_address.h"

namespace millpond::policy {
namespace {

std::string quoted(std::string_view text) {
  return fmt::format("\"{}\"", text);
}

std::string joined(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) {
    list += list.empty() ? "" : ", ";
    list += quoted(text);
  }
  return fmt::format("[{}]", list);
}

std::string text_of(const Field& field, std::int64_t count) {
  if (const Alias* const alias = find_alias(field, count)) {
    return quoted(alias->word);
  }
  if (field.kind == Kind::kBytes) {
    return quoted(bytes_text(count));
  }
  // A key that is not stated and has no default: a limit that does not limit.
  const bool unset = count == kUnlimited || (count < field.least && field.fallback.empty());
  return unset ? "none" : fmt::format("{}", count);
}

std::string text_of(const Field& field, Duration duration) {
  const Alias* const alias = find_alias(field, duration.count());
  return quoted(alias == nullptr ? to_text(duration) : std::string(alias->word));
}

std::string text_of(const Field& field, double number) {
  if (field.kind == Kind::kShare || field.kind == Kind::kCountOrShare) {
    return fmt::format("\"{:.12g}%\"", number * 100);
  }
  const bool automatic = number == 0 && !field.aliases.front().word.empty();
  return automatic ? quoted(field.aliases.front().word) : fmt::format("{:g}", number);
}

std::string text_of(const Field&, const std::string& text) {
  return text.empty() ? "none" : quoted(text);
}

std::string text_of(const Field&, const std::vector<std::string>& names) {
  return names.empty() ? "none" : joined(names);
}

std::string text_of(const Field& field, const std::vector<ServerAddress>& addresses) {
  std::vector<std::string> texts;
  for (const ServerAddress& address : addresses) {
    texts.push_back(to_text(address));
  }
  return field.kind == Kind::kAddress && texts.size() == 1 ? quoted(texts.front()) : joined(texts);
}

std::string text_of(const Field&, const SecretSource& source) {
  switch (source.kind) {
    case SecretSource::Kind::kEnvironment:
      return fmt::format("\"${{env:{}}}\"", source.name);
    case SecretSource::Kind::kFile:
      return fmt::format("\"${{file:{}}}\"", source.name);
    case SecretSource::Kind::kNone:
      break;
  }
  return "none";
}

template <class Word>
std::string text_of(const Field& field, Word word) requires std::is_enum_v<Word> {
  return quoted(field.words[static_cast<std::size_t>(word)]);
}

struct Stated {
  const Field& field;

  std::string operator()(Unreadable) const { return "unreadable"; }
  std::string operator()(Share share) const { return text_of(field, share.value); }
  std::string operator()(Number number) const { return text_of(field, number.value); }
  std::string operator()(Choice choice) const { return quoted(field.words[choice.index]); }
  std::string operator()(const Formula& formula) const {
    const bool number = formula.text.find_first_not_of("0123456789") == std::string::npos;
    return number ? formula.text : quoted(formula.text);
  }
  template <class Plain>
  std::string operator()(const Plain& plain) const {
    return text_of(field, plain);
  }
};

template <class Policy>
std::string member_text(const Policy& policy, const Field& field) {
  const auto text = [&](auto member) -> std::string {
    if constexpr (requires { policy.*member; }) {
      return text_of(field, policy.*member);
    } else {
      return {};
    }
  };
  return std::visit(text, field.member);
}

}  // namespace

std::string value_text(const Field& field, const Value& value) {
  return std::visit(Stated{field}, value);
}

std::string value_text(const PoolPolicy& policy, const Field& field) {
  return member_text(policy, field);
}
std::string value_text(const ServerPolicy& policy, const Field& field) {
  return member_text(policy, field);
}
std::string value_text(const ProcessPolicy& policy, const Field& field) {
  return member_text(policy, field);
}
std::string value_text(const FleetPolicy& policy, const Field& field) {
  return member_text(policy, field);
}

}  // namespace millpond::policy
