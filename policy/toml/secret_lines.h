// Which parts of a policy file's text must never be shown, whether or not the file is valid TOML.
//
// Pure; safe from any thread. Errs on the side of hiding.
//
//   hidden_from({"password = \"hunter2\""})[0] == 11   // shown as: password = ***
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace millpond::policy::toml {

// True for "password" and its near misses, "api_token", "db_secret", …
bool names_a_secret(std::string_view key);

// For each line, the byte from which on it must be hidden: what follows a key that names a secret
// and its `=`, or the `:` or blank that was written instead (unless it only says where the secret
// is kept); a text with "user:password@" in it; and the further lines of such a value.
std::vector<std::optional<std::size_t>> hidden_from(const std::vector<std::string_view>& lines);

}  // namespace millpond::policy::toml
