// Where a server listens, as the policy file writes it: "db1.internal:5432/orders",
// "[::1]:6379/0", "http://payments.internal:8080/v1", "unix:/run/mysqld/mysqld.sock:/orders" (as
// nginx writes it: a second colon ends the socket's path).
//
// Pure; safe from any thread. Looks no name up.
//
//   parse_server_address("db1.internal/orders", Backend::kPostgres)->port == 5432
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "millpond/policy/pool_policy.h"
#include "millpond/policy/text_error.h"

namespace millpond::policy {

// The port where the address names none.
std::uint16_t default_port(Backend backend);

// A message never quotes an address that holds credentials.
tl::expected<ServerAddress, TextError> parse_server_address(std::string_view text, Backend backend);

// "db1.internal:5432/orders"
std::string to_text(const ServerAddress& address);

// Its host is the path of a socket then, and it has no port but PostgreSQL's.
bool is_unix(const ServerAddress& address);

// True where the traffic cannot leave this host; a Unix socket's path is such a host.
bool is_loopback(std::string_view host);

}  // namespace millpond::policy
