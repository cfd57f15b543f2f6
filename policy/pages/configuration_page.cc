#include "millpond/policy/pages/configuration_page.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "millpond/policy/duration.h"
#include "millpond/policy/expression/functions.h"
#include "millpond/policy/field_text.h"
#include "millpond/policy/fields.h"

namespace millpond::policy {
namespace {

constexpr char kIntroduction[] =
    R"md(<!-- Made from the option table in policy/ by `./run docs`; do not edit. -->
# Configuration

One TOML file describes every pool of a process. `millpond check FILE` says what is wrong with it,
with line, column and fix; [findings.md](findings.md) explains each code. `millpond explain FILE`
shows every value with the layer and line that set it.

```toml
#:schema ./millpond.schema.json
version = 1

[fleet]
instances = "${env:REPLICAS:-1}"

[server.orders-db]
backend         = "postgres"
endpoint        = "127.0.0.1:5432/orders"
user            = "orders"
password        = "${file:/run/credentials/orders}"
max_connections = 200
cores           = 16

[defaults]                 # every key of [pool.NAME]; holds where nothing else does
acquire_timeout = "1500ms"

[class.oltp]               # every key of [pool.NAME]; holds for the pools that inherit it
size     = "ceil(hikari(server.cores, server.spindles) / fleet.instances)"
min_idle = "50%"

[pool.orders-write]
server  = "orders-db"
inherit = ["oltp"]
weight  = 2

[pool.orders-report]
server = "orders-db"
size   = "erlang(rate = 40/s, hold = 50ms, p = 0.99, wait = 20ms)"

[profile.staging.fleet]    # over [fleet], with --profile staging or MILLPOND_PROFILE=staging
instances = 2
```

* `version = 1` is required. Unknown tables and keys are errors.
* Layers, each over the one before: the defaults below (some differ by backend), `[defaults]`, the
  classes in the order inherited, `[pool.NAME]`. The profile in use changes tables: what
  `[profile.P.defaults]` states lies over `[defaults]`, `[profile.P.pool.X]` over `[pool.X]`, and so
  on. A profile changes what there is and adds nothing.
* A duration is a number and one unit: )md";

constexpr char kAfterUnits[] = R"md(.
* `${env:NAME}` in a text stands for an environment variable, `${env:NAME:-default}` for one that
  may be unset or empty. A password is different: it names the variable or file (`${file:/path}`) it
  is kept in. A file is read again for each new connection, so that a password can be rotated.
* The names of pools, servers, classes and profiles are made of letters, digits, `-`, `_` and `.`.
* For editors: `millpond schema > millpond.schema.json`, and the first line above names it.
* "A change holds" says what a reload is to do with a key; this release reads the file at start.
* ᴸ marks keys that are read, checked and shown, and that only a later release acts on.

)md";

struct Chapter {
  Section section;
  std::string_view title;
};

constexpr std::array kChapters{
    Chapter{Section::kPool, "`[pool.NAME]`, `[class.NAME]` and `[defaults]`"},
    Chapter{Section::kServer, "`[server.NAME]`"},
    Chapter{Section::kProcess, "`[process]`"},
    Chapter{Section::kFleet, "`[fleet]`"},
};

std::string default_of(const Field& field) {
  if (field.required) {
    return "required";
  }
  if (field.fallback.empty()) {
    return std::string(field.fallback_note);
  }
  const std::string exception =
      field.exception_fallback.empty()
          ? std::string{}
          : fmt::format(" ({} `{}`)", name_of(field.exception), field.exception_fallback);
  return fmt::format("`{}`{}", field.fallback, exception);
}

std::string_view after_a_reload(Change change) {
  constexpr std::array<std::string_view, 3> kNames{"live", "new connections", "restart"};
  return kNames[static_cast<std::size_t>(change)];
}

std::string row_of(const Field& field) {
  return fmt::format("| `{}`{} | {} | {} | {} | {} | {} |\n", field.key,
                     field.effect == Effect::kLater ? " ᴸ" : "", expected_form(field),
                     default_of(field), bounds_of(field), after_a_reload(field.change), field.doc);
}

std::string chapter(const Chapter& chapter) {
  std::string text = fmt::format("## {}\n\n", chapter.title);
  text += "| key | value | default | bounds | a change holds | what it does |\n";
  text += "|---|---|---|---|---|---|\n";
  for (const Field& field : fields_of(chapter.section)) {
    text += row_of(field);
  }
  return text + "\n";
}

constexpr char kSizes[] = R"md(## How a size comes about

```
fair  = floor(floor((max_connections - reserved) * share) / (instances + ceil(instances * surge)))
want  = size, evaluated and rounded up
floor = max(min_size, threads * (leases_per_thread - 1) + 1)
cap   = min(max, floor(fair * weight / all weights on that server), the same of ephemeral ports)
size  = want, raised to floor, lowered to cap
```

A floor above the cap is an error. A want above the cap follows `on_over_budget`. A plain number
below the deadlock floor is an error; a formula is raised. Where `rotation_spare` is stated, the cap
keeps it free; where it is not, it is what the size leaves of the budget, 1 at most. All pools
together then have to fit into the limit of file descriptors:

```
open now + sessions (1 descriptor each, 3 for HTTP) + 2 * max_concurrent_dials + fd_reserve <= limit
```

)md";

std::string formulas() {
  std::string text =
      "## Formulas\n\n"
      "`size` may be a formula of numbers, durations (`250ms`), rates (`40/s`) and shares "
      "(`25%`),\n"
      "`+ - * /`, parentheses, the variables `server.cores`, `server.spindles`, `server.max`,\n"
      "`server.usable`, `host.cores`, `fleet.instances`, `fleet.fair`, `fd.soft`, `fd.hard` and\n"
      "`fd.free`, and the functions below, whose arguments may be named. Units are checked and\n"
      "arithmetic is exact; the result has to be a count and is rounded up.\n\n";
  for (const std::string_view name : function_names()) {
    const Function& function = *find_function(name);
    text += fmt::format("* `{}`{}\n", function.signature, function.meaning);
  }
  return text;
}

}  // namespace

std::string configuration_page() {
  std::string text = fmt::format("{}{}{}", kIntroduction, kDurationUnits, kAfterUnits);
  for (const Chapter& each : kChapters) {
    text += chapter(each);
  }
  return text + kSizes + formulas();
}

}  // namespace millpond::policy
