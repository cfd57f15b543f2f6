// What stands behind a key.
#include <array>

#include "millpond/policy/finding_codes.h"
#include "millpond/policy/pages/finding_page_groups.h"

namespace millpond::policy {
namespace {

constexpr std::array kPages{
    FindingPage{
        .code = code::kWrongType,
        .title = "Wrong type",
        .severity = kErrorPage,
        .meaning = "The key takes another kind of value: an integer where a text stands, a text "
                   "where an integer stands, a list where a single value stands.",
        .remedy = "Write it in the form that the message names. Durations, shares, sizes in bytes "
                  "and formulas need quotes; integers must not have any.",
        .example = R"toml(# wrong: a duration without a unit
[pool.orders]
server = "orders-db"
acquire_timeout = 2

# right
[pool.orders]
server = "orders-db"
acquire_timeout = "2s")toml",
    },
    FindingPage{
        .code = code::kOutOfBounds,
        .title = "Out of bounds",
        .severity = kErrorPage,
        .meaning = "The value is below or above what the key admits. The bounds keep a slip of the "
                   "finger, such as a zero too many, from reaching the servers.",
        .remedy = "Choose a value within the bounds that the message names.",
        .example = R"toml(# wrong: a pool has at least one connection
[pool.orders]
server = "orders-db"
size = 0

# right
[pool.orders]
server = "orders-db"
size = 1)toml",
    },
    FindingPage{
        .code = code::kBadDuration,
        .title = "Not a duration",
        .severity = kErrorPage,
        .meaning = "A duration is a number and one unit. A number without a unit is refused, "
                   "since a second read as a millisecond is an outage.",
        .remedy = R"(Write "250ms", "2s" or "30m"; the units are us, ms, s, m, h and d.)",
        .example = R"toml(# wrong: two units
[pool.orders]
server = "orders-db"
max_lifetime = "1h30m"

# right
[pool.orders]
server = "orders-db"
max_lifetime = "90m")toml",
    },
    FindingPage{
        .code = code::kUnknownWord,
        .title = "Unknown word",
        .severity = kErrorPage,
        .meaning = "The key takes one of a few words, and this is none of them.",
        .remedy = "Choose one of the words that the message lists.",
        .example = R"toml(# wrong: PostgreSQL is called "postgres" here
[server.orders-db]
backend  = "postgresql"
endpoint = "127.0.0.1:5432/orders"

# right
[server.orders-db]
backend  = "postgres"
endpoint = "127.0.0.1:5432/orders")toml",
    },
    FindingPage{
        .code = code::kBadShare,
        .title = "Not a share",
        .severity = kErrorPage,
        .meaning = "A share is a number and a percent sign. Without the sign, 0.5 could be a half "
                   "or a half percent.",
        .remedy = R"(Write "25%", in quotes.)",
        .example = R"toml(# wrong: no percent sign
[pool.orders]
server = "orders-db"
lifetime_jitter = "0.25"

# right
[pool.orders]
server = "orders-db"
lifetime_jitter = "25%")toml",
    },
    FindingPage{
        .code = code::kBadAddress,
        .title = "Not an address",
        .severity = kErrorPage,
        .meaning = "An address is `host:port/path` and nothing more. User and password have keys "
                   "of their own, so that an address can be logged.",
        .remedy = "Write the address in the form that the message shows; put the account into "
                  "`user` and `password`, several addresses into `endpoints`.",
        .example = R"toml(# wrong: a connection string
[server.orders-db]
backend  = "postgres"
endpoint = "postgres://127.0.0.1:5432/orders"

# right
[server.orders-db]
backend  = "postgres"
endpoint = "127.0.0.1:5432/orders")toml",
    },
    FindingPage{
        .code = code::kBadSocket,
        .title = "Not a Unix socket",
        .severity = kErrorPage,
        .meaning = "A Unix socket is `unix:` and the absolute path of the socket; the database or "
                   "base path follows after a second colon. PostgreSQL's clients find a socket by "
                   "its folder and port, so its name must be `.s.PGSQL.` and the port.",
        .remedy = "Write the address in the form that the message shows.",
        .example = R"toml(# wrong: the folder, as psql wants it
[server.orders-db]
backend  = "postgres"
endpoint = "/run/postgresql"

# right
[server.orders-db]
backend  = "postgres"
endpoint = "unix:/run/postgresql/.s.PGSQL.5432:/orders")toml",
    },
    FindingPage{
        .code = code::kVariableUnset,
        .title = "An environment variable is not set",
        .severity = kErrorPage,
        .meaning = "A value refers to an environment variable that is not set where `millpond` or "
                   "the program runs. An empty text in its place would be a silent repair.",
        .remedy = "Set the variable, or give a default: `${env:NAME:-default}`. When only `check` "
                  "misses it, run `check` in the service's environment.",
        .example = R"toml(# wrong: when REPLICAS is not set
[fleet]
instances = "${env:REPLICAS}"

# right
[fleet]
instances = "${env:REPLICAS:-1}")toml",
    },
    FindingPage{
        .code = code::kBadSubstitution,
        .title = "Not a substitution",
        .severity = kErrorPage,
        .meaning = "`${` begins a reference to something outside of the file, and this one cannot "
                   "be read.",
        .remedy = "Write `${env:NAME}` or `${env:NAME:-default}`. Only a password can be "
                  "`${file:/path}`.",
        .example = R"toml(# wrong: `env:` is missing
[server.orders-db]
backend  = "postgres"
endpoint = "${DB_HOST}:5432/orders"

# right
[server.orders-db]
backend  = "postgres"
endpoint = "${env:DB_HOST:-localhost}:5432/orders")toml",
    },
    FindingPage{
        .code = code::kLiteralSecret,
        .title = "A secret stands in the file",
        .severity = kErrorPage,
        .meaning = "Policy files are copied, reviewed and shown, and a secret in one of them is "
                   "none any more. No message ever shows it.",
        .remedy = "Keep the secret in a variable or a file and write where. Then change it: it has "
                  "been in a file that others may have read.",
        .example = R"toml(# wrong: the password itself
[server.orders-db]
backend  = "postgres"
endpoint = "127.0.0.1:5432/orders"
password = "correct horse"

# right
[server.orders-db]
backend  = "postgres"
endpoint = "127.0.0.1:5432/orders"
password = "${file:/run/credentials/orders-pg}")toml",
    },
    FindingPage{
        .code = code::kUnknownPlaceholder,
        .title = "Unknown placeholder",
        .severity = kErrorPage,
        .meaning = "`app_name` holds a word in braces that nothing is known to put there; the "
                   "server would show the braces.",
        .remedy = "Use `{service}` and `{pool}`.",
        .example = R"toml(# wrong: no such placeholder
[pool.orders]
server   = "orders-db"
app_name = "{service}/{name}"

# right
[pool.orders]
server   = "orders-db"
app_name = "{service}/{pool}")toml",
    },
    FindingPage{
        .code = code::kBadText,
        .title = "Not a text for this key",
        .severity = kErrorPage,
        .meaning = "The text is empty, holds control characters that would break a protocol or a "
                   "terminal, or is no absolute path where one is wanted.",
        .remedy = "Write one line of visible characters. Leave the key out where it is to have no "
                  "value.",
        .example = R"toml(# wrong: a line end in the name
[server.orders-db]
backend  = "postgres"
endpoint = "127.0.0.1:5432/orders"
user     = "orders\n"

# right
[server.orders-db]
backend  = "postgres"
endpoint = "127.0.0.1:5432/orders"
user     = "orders")toml",
    },
    FindingPage{
        .code = code::kBadBytes,
        .title = "Not a size in bytes",
        .severity = kErrorPage,
        .meaning = "A size in bytes is an integer and one unit, in quotes.",
        .remedy = R"(Write a size such as "64KiB", or the unit that the message suggests.)",
        .example = R"toml(# wrong: no unit
[pool.partner]
server = "partner-api"
max_header_bytes = "64"

# right
[pool.partner]
server = "partner-api"
max_header_bytes = "64KiB")toml",
    },
};

}  // namespace

std::span<const FindingPage> value_pages() {
  return kPages;
}

}  // namespace millpond::policy
