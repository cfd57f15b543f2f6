// One key's value: what may stand for it in a file, and how it is read.
//
// Pure; safe from any thread.
//
//   auto value = read_value(*find_field(Section::kPool, "acquire_timeout"), {.content = "2s"});
//   store(policy, *find_field(…), *value);
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <type_traits>
#include <variant>
#include <vector>

#include "millpond/policy/field.h"
#include "millpond/policy/pool_policy.h"
#include "millpond/policy/text_error.h"

namespace millpond::policy {

// What a file holds, before its key's row is asked what it means.
struct Scalar {
  struct Other {
    std::string name;  // "an array"
  };
  using Texts = std::vector<std::string>;  // an array of nothing else
  std::variant<std::int64_t, double, bool, std::string, Texts, Other> content;
  // The text came from a variable, so a number has to come as text.
  bool substituted = false;
};

// A part of something else, 0 to 1.
struct Share {
  double value = 0;
};
// Not a part of anything: 2.5.
struct Number {
  double value = 0;
};
// The place of a word in its field's `words`, which is its enumerator's value.
struct Choice {
  std::size_t index = 0;
};
// An expression, not yet evaluated.
struct Formula {
  std::string text;
};
// Stated, but not readable; a finding says so, and no rule needs to say more.
struct Unreadable {};

using Value = std::variant<Unreadable, std::int64_t, Share, Number, Duration, Choice, std::string,
                           std::vector<std::string>, Formula, SecretSource>;

tl::expected<Value, TextError> read_value(const Field& field, const Scalar& scalar);

// The row's default for a backend, which must have one.
Value default_value(const Field& field, Backend backend);

namespace internal {

template <class Member>
Member converted(const Value& value) {
  if constexpr (std::is_enum_v<Member>) {
    return static_cast<Member>(std::get<Choice>(value).index);
  } else if constexpr (std::is_same_v<Member, double>) {
    const auto* const number = std::get_if<Number>(&value);
    return number == nullptr ? std::get<Share>(value).value : number->value;
  } else if constexpr (std::is_same_v<Member, std::vector<ServerAddress>>) {
    return {};  // worked out from several keys, never stored
  } else {
    return std::get<Member>(value);
  }
}

}  // namespace internal

// Sets the member that the row names.
template <class Policy>
void store(Policy& policy, const Field& field, const Value& value) {
  const auto set = [&](auto member) {
    if constexpr (requires { policy.*member; }) {
      using Member = std::remove_reference_t<decltype(policy.*member)>;
      policy.*member = internal::converted<Member>(value);
    }
  };
  std::visit(set, field.member);
}

}  // namespace millpond::policy
