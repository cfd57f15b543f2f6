// Budgets: limits that several pools share.
#include <array>

#include "millpond/policy/finding_codes.h"
#include "millpond/policy/pages/finding_page_groups.h"

namespace millpond::policy {
namespace {

constexpr std::array kPages{
    FindingPage{
        .code = code::kOverBudget,
        .title = "Over budget",
        .severity = kErrorPage,
        .meaning = "The pool wants more connections than it may have: more than `max`, than its "
                   "share of the server's budget, or than there are ports. The server would refuse "
                   "the rest, at the worst moment and perhaps to another service.",
        .remedy = "The notes show how the budget came about. Lower `size`; or raise what is too "
                  "small: `max_connections` or `share` of the server, the pool's `weight`; or let "
                  "fewer `instances` run. `on_over_budget = \"clamp\"` takes what there is.",
        .example = R"toml(# wrong: 5 processes (4 and 1 more in a rollout) share 100 sessions
[fleet]
instances = 4

[server.orders-db]
backend  = "postgres"
endpoint = "db1.internal:5432/orders"
tls      = "off"
max_connections = 103

[pool.orders]
server = "orders-db"
size   = 60

# right
[fleet]
instances = 4

[server.orders-db]
backend  = "postgres"
endpoint = "db1.internal:5432/orders"
tls      = "off"
max_connections = 103

[pool.orders]
server = "orders-db"
size   = 18)toml",
    },
    FindingPage{
        .code = code::kDescriptors,
        .title = "Not enough file descriptors",
        .severity = "error or warning",
        .meaning = "In the worst case the policy needs more file descriptors than the process may "
                   "open, and then accept(), open() and connect() fail anywhere in the program. "
                   "`on_fd_shortfall = \"warn\"` makes this a warning; \"clamp\" makes the pools "
                   "smaller instead, and M033 says so.",
        .remedy = "Raise the limit: `LimitNOFILE=` in the systemd unit, `ulimit -n` in a shell, or "
                  "`raise_nofile = \"hard\"` in [process] unless the program uses select(). Or "
                  "lower the sizes that the notes list.",
        .example = R"toml(# wrong: under a soft limit of 1,024
[pool.orders]
server = "orders-db"
size   = 1500

# right
[process]
raise_nofile = "hard"

[pool.orders]
server = "orders-db"
size   = 1500)toml",
    },
    FindingPage{
        .code = code::kFloorAboveCap,
        .title = "The least is more than the most",
        .severity = kErrorPage,
        .meaning = "The pool needs a number of connections, by `min_size` or so that its threads "
                   "cannot block each other for ever, and its budget gives fewer. No size is "
                   "right.",
        .remedy = "Lower `min_size`, `threads` or `leases_per_thread`; or give the pool more: its "
                  "`weight`, the server's `share` or `max_connections`, fewer `instances`.",
        .example = R"toml(# wrong: 16 threads with 3 leases each need 33
[pool.orders]
server  = "orders-db"
threads = 16
leases_per_thread = 3
max     = 20

# right
[pool.orders]
server  = "orders-db"
threads = 16
leases_per_thread = 2
max     = 20)toml",
    },
    FindingPage{
        .code = code::kClamped,
        .title = "A pool is smaller than it wants",
        .severity = kWarningPage,
        .meaning = "`on_over_budget = \"clamp\"` or `on_fd_shortfall = \"clamp\"` made the pool "
                   "fit. The file asked for that; this says by how much.",
        .remedy = "Nothing, if the smaller pool is enough. Otherwise raise the limit in the notes, "
                  "or lower `size` to what the pool gets, so that the file says what is.",
        .example = R"toml(# wrong: 40 are wanted, and `max` admits 20
[pool.orders]
server = "orders-db"
size   = 40
max    = 20
on_over_budget = "clamp"

# right
[pool.orders]
server = "orders-db"
size   = 20
max    = 20)toml",
    },
    FindingPage{
        .code = code::kBelowDeadlockFloor,
        .title = "Threads can block each other for ever",
        .severity = kErrorPage,
        .meaning = "A thread that holds a lease and waits for another can wait for one that is "
                   "held by a thread that waits as well. With `threads * (leases_per_thread - 1) + "
                   "1` connections one thread can always go on; the stated size is below that.",
        .remedy = "Raise `size` to the number in the message, let fewer threads borrow, or change "
                  "the code to hold one lease at a time. A formula is raised by itself.",
        .example = R"toml(# wrong: 8 * (2 - 1) + 1 = 9 are needed
[pool.orders]
server  = "orders-db"
size    = 8
threads = 8
leases_per_thread = 2

# right
[pool.orders]
server  = "orders-db"
size    = 9
threads = 8
leases_per_thread = 2)toml",
    },
    FindingPage{
        .code = code::kLiveWithoutMost,
        .title = "`live` without a most",
        .severity = kErrorPage,
        .meaning = "`instances = \"live\"` has the processes counted in the server. Budgets must "
                   "hold before anything is counted, and are kept for `max_instances`.",
        .remedy = "State `max_instances` in [fleet]: the most processes that may ever run.",
        .example = R"toml(# wrong: how many at most?
[fleet]
instances = "live"

# right
[fleet]
instances = "live"
max_instances = 20)toml",
    },
    FindingPage{
        .code = code::kReservedAboveMost,
        .title = "The reserve leaves nothing",
        .severity = kErrorPage,
        .meaning = "The server keeps back as many sessions as it admits, or more, so that no pool "
                   "could open one.",
        .remedy = "Correct `max_connections` or `reserved`. `SHOW max_connections` and `SHOW "
                  "superuser_reserved_connections` ask a PostgreSQL server.",
        .example = R"toml(# wrong: nothing is left
[server.orders-db]
backend  = "postgres"
endpoint = "127.0.0.1:5432/orders"
max_connections = 20
reserved = 20

# right
[server.orders-db]
backend  = "postgres"
endpoint = "127.0.0.1:5432/orders"
max_connections = 200
reserved = 20)toml",
    },
    FindingPage{
        .code = code::kNothingWanted,
        .title = "A formula wants nothing",
        .severity = kWarningPage,
        .meaning =
            "The formula comes out as 0 or less, and the pool is raised to its floor. A wrong "
            "sign or unit would make one connection out of many.",
        .remedy =
            "Repair the formula by the steps in the notes. Where it may rightly come out as 0, "
            "put `max(1, ...)` around it.",
        .example = R"toml(# wrong: 4 cores less 10
[pool.orders]
server = "orders-db"
size   = "server.cores - 10"

# right
[pool.orders]
server = "orders-db"
size   = "max(1, server.cores - 10)")toml",
    },
};

}  // namespace

std::span<const FindingPage> budget_pages() {
  return kPages;
}

}  // namespace millpond::policy
