// Names of too many parts: "a.a.a.a", which toml++ follows by recursion until the stack is gone.
//
// Pure; safe from any thread. Cost: one pass over the text.
//
//   overlong_name("[a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a]") == 1
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace millpond::policy::toml {

// A policy's longest name, profile.P.server.S.key, has five.
inline constexpr std::size_t kMostParts = 16;

// Where the first name of more parts begins, in bytes; nothing when there is none. Texts and
// comments are passed over.
std::optional<std::size_t> overlong_name(std::string_view text);

}  // namespace millpond::policy::toml
