// Formulas.
#include <array>

#include "millpond/policy/finding_codes.h"
#include "millpond/policy/pages/finding_page_groups.h"

namespace millpond::policy {
namespace {

constexpr std::array kPages{
    FindingPage{
        .code = code::kExpressionSyntax,
        .title = "The formula cannot be read",
        .severity = kErrorPage,
        .meaning = "Something is missing or too much at the place marked.",
        .remedy = "Look at the place marked: most often a bracket, an operator or a comma is "
                  "missing.",
        .example = R"toml(# wrong: the bracket is not closed
[pool.orders]
server = "orders-db"
size   = "ceil(20 / fleet.instances"

# right
[pool.orders]
server = "orders-db"
size   = "ceil(20 / fleet.instances)")toml",
    },
    FindingPage{
        .code = code::kUnknownName,
        .title = "Unknown name in a formula",
        .severity = kErrorPage,
        .meaning = "The formula uses a variable or function that does not exist.",
        .remedy = "Check the spelling against the list in the message. Variables are written with "
                  "what they belong to: `fleet.instances`.",
        .example = R"toml(# wrong: whose instances?
[pool.orders]
server = "orders-db"
size   = "20 / instances"

# right
[pool.orders]
server = "orders-db"
size   = "20 / fleet.instances")toml",
    },
    FindingPage{
        .code = code::kAmbiguousCores,
        .title = "`cores` of which host?",
        .severity = kErrorPage,
        .meaning = "`cores` alone could be those of the database's host or of this one. They "
                   "differ, and the wrong ones give a pool that is several times too large or too "
                   "small.",
        .remedy =
            "Write `server.cores` or `host.cores`. The hikari rule wants the database host's, "
            "and gives the total of all processes.",
        .example = R"toml(# wrong: which cores?
[pool.orders]
server = "orders-db"
size   = "cores * 2 + 1"

# right
[pool.orders]
server = "orders-db"
size   = "hikari(server.cores, server.spindles) / fleet.instances")toml",
    },
    FindingPage{
        .code = code::kArgumentCount,
        .title = "Too few or too many arguments",
        .severity = kErrorPage,
        .meaning = "The function takes another number of arguments.",
        .remedy = "Follow the form in the message.",
        .example = R"toml(# wrong: the spindles are missing
[pool.orders]
server = "orders-db"
size   = "hikari(server.cores)"

# right
[pool.orders]
server = "orders-db"
size   = "hikari_ssd(server.cores)")toml",
    },
    FindingPage{
        .code = code::kDivisionByZero,
        .title = "Division by zero",
        .severity = kErrorPage,
        .meaning = "The divisor marked is zero with the values of this host and file.",
        .remedy = "Correct the divisor; `max(1, ...)` around it keeps it above zero.",
        .example = R"toml(# wrong: 1 - 1 is 0
[pool.orders]
server = "orders-db"
size   = "20 / (fleet.instances - 1)"

# right
[pool.orders]
server = "orders-db"
size   = "20 / max(1, fleet.instances - 1)")toml",
    },
    FindingPage{
        .code = code::kOverflow,
        .title = "A number is too large",
        .severity = kErrorPage,
        .meaning = "A number in the formula, or a step of it, does not fit into 64 bits.",
        .remedy = "Use smaller numbers; no pool has more than 10,000 connections.",
        .example = R"toml(# wrong: too large a product
[pool.orders]
server = "orders-db"
size   = "999999999999999999 * 999999999999999999 / 1000"

# right
[pool.orders]
server = "orders-db"
size   = "20")toml",
    },
    FindingPage{
        .code = code::kEmptyRange,
        .title = "The range of `clamp` is empty",
        .severity = kErrorPage,
        .meaning = "The lower bound is above the upper one, so that no value lies between them.",
        .remedy = "Write the value, the lower bound, the upper bound, in this order.",
        .example = R"toml(# wrong: 20 is above 4
[pool.orders]
server = "orders-db"
size   = "clamp(host.cores * 2, 20, 4)"

# right
[pool.orders]
server = "orders-db"
size   = "clamp(host.cores * 2, 4, 20)")toml",
    },
    FindingPage{
        .code = code::kTooComplex,
        .title = "The formula is too complex",
        .severity = kErrorPage,
        .meaning = "The formula is too long, or its brackets stand too deep inside each other.",
        .remedy = "Simplify it: a formula for a size fits on one line.",
        .example = R"toml(# wrong: too many brackets
[pool.orders]
server = "orders-db"
size = "(((((((((((((((((((((((((((((((((1)))))))))))))))))))))))))))))))))"

# right
[pool.orders]
server = "orders-db"
size   = "1")toml",
    },
    FindingPage{
        .code = code::kNotStated,
        .title = "The formula uses a value that is not stated",
        .severity = kErrorPage,
        .meaning = "The formula uses something that only the file can say, such as the cores of "
                   "the database's host, and the file does not.",
        .remedy = "Add the key that the message names; most often `cores` in the server's table.",
        .example = R"toml(# wrong: the server's table lacks `cores`
[server.orders-db]
backend  = "postgres"
endpoint = "127.0.0.1:5432/orders"

[pool.orders]
server = "orders-db"
size   = "hikari_ssd(server.cores)"

# right
[server.orders-db]
backend  = "postgres"
endpoint = "127.0.0.1:5432/orders"
cores    = 4

[pool.orders]
server = "orders-db"
size   = "hikari_ssd(server.cores)")toml",
    },
    FindingPage{
        .code = code::kSizeTooLarge,
        .title = "The formula gives too many connections",
        .severity = kErrorPage,
        .meaning = "The formula comes out above 10,000, more than any pool may have.",
        .remedy = "Follow the steps in the message; most often a unit is wrong, or a division by "
                  "`fleet.instances` is missing.",
        .example = R"toml(# wrong: 30 seconds in place of milliseconds
[pool.orders]
server = "orders-db"
size   = "little(rate = 500/s, hold = 30s)"

# right
[pool.orders]
server = "orders-db"
size   = "little(rate = 500/s, hold = 30ms)")toml",
    },
    FindingPage{
        .code = code::kUnitMismatch,
        .title = "Units do not go together",
        .severity = kErrorPage,
        .meaning = "The formula adds or compares different things, or gives an argument or the "
                   "size in the wrong unit. There are counts, parts such as 99%, durations, and "
                   "rates; a size is a count.",
        .remedy = "Give each number its unit: 4, 99%, 20ms, 500/s. A rate by a duration is a "
                  "count.",
        .example = R"toml(# wrong: a count and a duration
[pool.orders]
server = "orders-db"
size   = "host.cores + 20ms"

# right
[pool.orders]
server = "orders-db"
size   = "host.cores + 20ms * 500/s")toml",
    },
    FindingPage{
        .code = code::kUnknownUnit,
        .title = "Unknown unit",
        .severity = kErrorPage,
        .meaning = "The word behind a number is no unit, or a space stands before it.",
        .remedy = "Write us, ms, s, m, h, d or % right behind the number; a rate is a count by a "
                  "duration, such as 500/s.",
        .example = R"toml(# wrong: `msec` is no unit
[pool.orders]
server = "orders-db"
size   = "erlang(rate = 40/s, hold = 250msec, p = 99%, wait = 50ms)"

# right
[pool.orders]
server = "orders-db"
size   = "erlang(rate = 40/s, hold = 250ms, p = 99%, wait = 50ms)")toml",
    },
    FindingPage{
        .code = code::kArgumentName,
        .title = "Arguments are not named right",
        .severity = kErrorPage,
        .meaning =
            "A named argument does not exist, stands twice, or has an unnamed one behind it.",
        .remedy = "Follow the form in the message.",
        .example = R"toml(# wrong: it is called `hold`
[pool.orders]
server = "orders-db"
size   = "little(rate = 500/s, time = 20ms)"

# right
[pool.orders]
server = "orders-db"
size   = "little(rate = 500/s, hold = 20ms)")toml",
    },
    FindingPage{
        .code = code::kArgumentRange,
        .title = "An argument is outside of what the function knows",
        .severity = kErrorPage,
        .meaning = "The function has no answer for this value: a part `p` of 100% would need "
                   "infinitely many connections, a negative rate means nothing.",
        .remedy = "Keep to the range in the message. Ninety-nine percent is 99% or 0.99.",
        .example = R"toml(# wrong: `p` lies between 0 and 1
[pool.orders]
server = "orders-db"
size   = "erlang(rate = 40/s, hold = 250ms, p = 100%, wait = 50ms)"

# right
[pool.orders]
server = "orders-db"
size   = "erlang(rate = 40/s, hold = 250ms, p = 99%, wait = 50ms)")toml",
    },
    FindingPage{
        .code = code::kUnreachable,
        .title = "No size is enough",
        .severity = kErrorPage,
        .meaning = "Not even 10,000 connections meet what `erlang()` asks for: so many are busy at "
                   "a time that callers would still wait too long.",
        .remedy = "Look for a wrong unit first. Then hold connections for less time, allow a "
                  "longer wait, or divide the rate by `fleet.instances`.",
        .example = R"toml(# wrong: a hold of 250 seconds
[pool.orders]
server = "orders-db"
size   = "erlang(rate = 400/s, hold = 250s, p = 99%, wait = 50ms)"

# right
[pool.orders]
server = "orders-db"
size   = "erlang(rate = 40/s, hold = 250ms, p = 99%, wait = 50ms)")toml",
    },
};

}  // namespace

std::span<const FindingPage> expression_pages() {
  return kPages;
}

}  // namespace millpond::policy
