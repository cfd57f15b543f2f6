// Where a secret is kept, as the policy file writes it: "${env:NAME}" or "${file:/path}".
//
// Pure; safe from any thread. Reads neither variable nor file.
//
//   parse_secret_source("${env:ORDERS_PASSWORD}")->name == "ORDERS_PASSWORD"
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "millpond/policy/pool_policy.h"

namespace millpond::policy {

// True for a letter or `_`, then letters, digits and `_`.
bool is_variable_name(std::string_view text);

// Or why the text names no such place. The reason never quotes the text, which may be the secret.
tl::expected<SecretSource, std::string> parse_secret_source(std::string_view text);

}  // namespace millpond::policy
