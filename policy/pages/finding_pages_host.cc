// This host and the program that uses the policy.
#include <array>

#include "millpond/policy/finding_codes.h"
#include "millpond/policy/pages/finding_page_groups.h"

namespace millpond::policy {
namespace {

constexpr std::array kPages{
    FindingPage{
        .code = code::kSecretUnset,
        .title = "The variable of a password is not set",
        .severity = kErrorPage,
        .meaning = "The environment variable that is to hold a password is not set, so that no "
                   "connection could be opened.",
        .remedy = "Set it in the service's environment, or run `check` there. A secret never has a "
                  "default.",
        .example = R"toml(# wrong: when ORDERS_PASSWORD is not set
[server.orders-db]
backend  = "postgres"
endpoint = "127.0.0.1:5432/orders"
password = "${env:ORDERS_PASSWORD}"

# right
[server.orders-db]
backend  = "postgres"
endpoint = "127.0.0.1:5432/orders"
password = "${file:/run/credentials/orders-pg}")toml",
    },
    FindingPage{
        .code = code::kSecretUnreadable,
        .title = "The file of a password cannot be read",
        .severity = kErrorPage,
        .meaning = "The file that is to hold a password does not exist, or the user who runs this "
                   "may not read it.",
        .remedy = "Check the path and its permissions, and run `check` as the service's user: "
                  "`sudo -u SERVICE millpond check FILE`.",
        .example = R"toml(# wrong: when there is no such file
[server.orders-db]
backend  = "postgres"
endpoint = "127.0.0.1:5432/orders"
password = "${file:/run/credentials/order-pg}"

# right
[server.orders-db]
backend  = "postgres"
endpoint = "127.0.0.1:5432/orders"
password = "${file:/run/credentials/orders-pg}")toml",
    },
    FindingPage{
        .code = code::kSecretExposed,
        .title = "Every user can read the password",
        .severity = kWarningPage,
        .meaning = "The file that holds a password is readable by every user of this host.",
        .remedy = "`chmod o= FILE`. Change the password if others had access to the host.",
        .example = "",
    },
    FindingPage{
        .code = code::kSecretEmpty,
        .title = "The password is empty",
        .severity = kErrorPage,
        .meaning = "The variable or file that is to hold a password is empty; most often it has "
                   "not been filled in yet.",
        .remedy = "Write the password into it. Where the server wants none, leave the key "
                  "`password` out.",
        .example = "",
    },
    FindingPage{
        .code = code::kFileUnreadable,
        .title = "The policy file cannot be read",
        .severity = kErrorPage,
        .meaning = "There is no such file, or the user who runs this may not read it.",
        .remedy = "Check the path, the working directory if the path is relative, and the "
                  "permissions.",
        .example = "",
    },
    FindingPage{
        .code = code::kNoDriver,
        .title = "No driver for a backend",
        .severity = "error when opened",
        .meaning = "The program that opens the file was built without the driver for a server's "
                   "backend. `check` cannot see this.",
        .remedy = "Add the driver to the program's dependencies, or correct `backend`.",
        .example = R"toml(# wrong: in a program that was built with the PostgreSQL driver only
[server.sessions]
backend  = "redis"
endpoint = "127.0.0.1:6379/0"

# right
[server.orders-db]
backend  = "postgres"
endpoint = "127.0.0.1:5432/orders")toml",
    },
};

}  // namespace

std::span<const FindingPage> host_pages() {
  return kPages;
}

}  // namespace millpond::policy
