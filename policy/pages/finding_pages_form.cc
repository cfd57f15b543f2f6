// The file's form: tables, keys and names.
#include <array>

#include "millpond/policy/finding_codes.h"
#include "millpond/policy/pages/finding_page_groups.h"

namespace millpond::policy {
namespace {

constexpr std::array kPages{
    FindingPage{
        .code = code::kSyntax,
        .title = "Not valid TOML",
        .severity = kErrorPage,
        .meaning = "The file cannot be read from the place marked on, so nothing behind it has "
                   "been checked. A syntax error is always reported alone.",
        .remedy = "Repair the place marked and check again. Most often a quote or a bracket is "
                  "missing, or a duration stands without quotes; the mistake may lie on the line "
                  "before.",
        .example = R"toml(# wrong: a duration is a text, and texts need quotes
[pool.orders]
acquire_timeout = 2s

# right
[pool.orders]
acquire_timeout = "2s")toml",
    },
    FindingPage{
        .code = code::kVersionMissing,
        .title = "No version",
        .severity = kErrorPage,
        .meaning = "The file does not say for which version of the policy language it was written, "
                   "so its keys could mean something else one day.",
        .remedy = "Write `version = 1` as the first line, above all tables: below a header it "
                  "would be a key of that table.",
        .example = R"toml(# wrong: `version` is missing
[server.orders-db]
backend = "postgres"

# right
version = 1

[server.orders-db]
backend = "postgres")toml",
    },
    FindingPage{
        .code = code::kVersionUnsupported,
        .title = "Unsupported version",
        .severity = kErrorPage,
        .meaning = "This release does not read the version of the policy language that the file "
                   "states.",
        .remedy = "Write `version = 1`, an integer without quotes; or use the release that the "
                  "file was written for.",
        .example = R"toml(# wrong: a text
version = "1.0"

# right
version = 1)toml",
    },
    FindingPage{
        .code = code::kUnknownProfile,
        .title = "Unknown profile",
        .severity = kErrorPage,
        .meaning = "`--profile` or the variable `MILLPOND_PROFILE` names a profile that the file "
                   "does not declare. Going on without it would run one environment with the "
                   "numbers of another.",
        .remedy = "Check the spelling against the list in the message, or declare the profile. "
                  "Unset `MILLPOND_PROFILE` where none is wanted.",
        .example = R"toml(# wrong: with `--profile staging`, when only this profile is declared
[profile.stage.fleet]
instances = 2

# right
[profile.staging.fleet]
instances = 2)toml",
    },
    FindingPage{
        .code = code::kProfileOfNothing,
        .title = "A profile changes a table that does not exist",
        .severity = kErrorPage,
        .meaning = "A profile changes pools, servers and classes; it never adds one. The name is "
                   "misspelt, or the table has been renamed or removed, and the change would be "
                   "lost.",
        .remedy = "Give the table in the profile the name of the one it is to change, or declare "
                  "that one outside of the profile first.",
        .example = R"toml(# wrong: there is no [pool.order]
[pool.orders]
server = "orders-db"

[profile.staging.pool.order]
size = 2

# right
[pool.orders]
server = "orders-db"

[profile.staging.pool.orders]
size = 2)toml",
    },
    FindingPage{
        .code = code::kUnknownTable,
        .title = "Unknown table",
        .severity = kErrorPage,
        .meaning = "No table has this name. Everything in it would be without effect.",
        .remedy = "Check the spelling against the list in the message.",
        .example = R"toml(# wrong: one letter too many
[pools.orders]
server = "orders-db"

# right
[pool.orders]
server = "orders-db")toml",
    },
    FindingPage{
        .code = code::kNotATable,
        .title = "A table is expected here",
        .severity = kErrorPage,
        .meaning = "Something else stands where a table belongs. Pools, servers, classes and "
                   "profiles have a name each, so that one table is needed per name.",
        .remedy = "Write a header with a name, and the keys below it.",
        .example = R"toml(# wrong: the pool has no name
[pool]
server = "orders-db"

# right
[pool.orders]
server = "orders-db")toml",
    },
    FindingPage{
        .code = code::kUnknownKey,
        .title = "Unknown key",
        .severity = kErrorPage,
        .meaning = "The table has no key of this name. An unknown key is an error and not a "
                   "warning, because a misspelt limit is no limit.",
        .remedy = "Check the spelling against the suggestion, or the table the key belongs to; "
                  "configuration.md has every key.",
        .example = R"toml(# wrong: a letter is missing
[pool.orders]
server = "orders-db"
acquire_timout = "2s"

# right
[pool.orders]
server = "orders-db"
acquire_timeout = "2s")toml",
    },
    FindingPage{
        .code = code::kKeyMissing,
        .title = "A required key is missing",
        .severity = kErrorPage,
        .meaning = "The table lacks a key that has no default, because none could be right: where "
                   "a server is, what it speaks, which server a pool uses.",
        .remedy = "Add the key to the table named, or to a class that the pool inherits.",
        .example = R"toml(# wrong: which server?
[pool.orders]
size = 10

# right
[pool.orders]
server = "orders-db"
size = 10)toml",
    },
    FindingPage{
        .code = code::kBadName,
        .title = "Not a name",
        .severity = kErrorPage,
        .meaning = "The name of a pool, server, class or profile also stands in metrics, in logs "
                   "and in the server's list of sessions, and this one could not stand in all of "
                   "them.",
        .remedy = "Use 1 to 48 letters of ASCII, digits, `-`, `_` and `.`.",
        .example = R"toml(# wrong: a space
[pool."orders write"]
server = "orders-db"

# right
[pool.orders-write]
server = "orders-db")toml",
    },
    FindingPage{
        .code = code::kRepeatedName,
        .title = "A list names the same thing twice",
        .severity = kErrorPage,
        .meaning = "The second mention would change nothing; most often another name was meant.",
        .remedy = "Remove one of the two, or write the name that was meant.",
        .example = R"toml(# wrong: the same class twice
[pool.orders]
server  = "orders-db"
inherit = ["oltp", "oltp"]

# right
[pool.orders]
server  = "orders-db"
inherit = ["oltp", "patient"])toml",
    },
    FindingPage{
        .code = code::kKeyElsewhere,
        .title = "The key belongs to another kind of table",
        .severity = kErrorPage,
        .meaning = "The key exists, but tables of this kind do not have it. Only pools inherit: "
                   "`[defaults]` holds for all pools, and classes stand beside each other, so that "
                   "the order of the layers can be read in one line.",
        .remedy = "Move the key to the table that the message names. In place of a class that "
                  "inherits, let the pool name both classes.",
        .example = R"toml(# wrong: a class cannot inherit
[class.batch]
inherit = ["oltp"]
acquire_timeout = "5s"

[pool.report]
server  = "orders-db"
inherit = ["batch"]

# right
[class.batch]
acquire_timeout = "5s"

[pool.report]
server  = "orders-db"
inherit = ["oltp", "batch"])toml",
    },
};

}  // namespace

std::span<const FindingPage> form_pages() {
  return kPages;
}

}  // namespace millpond::policy
