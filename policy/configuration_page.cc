#include "millpond/policy/configuration_page.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "millpond/policy/duration.h"
#include "millpond/policy/expression_functions.h"
#include "millpond/policy/field_text.h"
#include "millpond/policy/fields.h"

namespace millpond::policy {
namespace {

constexpr char kIntroduction[] =
    R"md(<!-- Made from policy/fields.cc by `./run docs`; do not edit. -->
# Configuration

One TOML file describes every pool of a process. `millpond check FILE` says what is wrong with it,
with line, column and fix; [findings.md](findings.md) explains each code.

```toml
version = 1

[server.orders-db]
backend  = "postgres"
endpoint = "127.0.0.1:5432/orders"
user     = "orders"
password = "${env:ORDERS_PASSWORD}"
cores    = 4

[defaults]                 # every key of [pool.NAME]; holds where a pool states nothing itself
acquire_timeout = "1s"

[pool.orders-write]
server = "orders-db"
size   = "ceil(hikari(server.cores, server.spindles) / fleet.instances)"
```

* `version = 1` is required. Unknown tables and keys are errors.
* A duration is a number and one unit: )md";

constexpr char kAfterUnits[] = R"md(.
* `${env:NAME}` in a text stands for an environment variable, `${env:NAME:-default}` for one that
  may be unset or empty. A password is different: it names the variable or file (`${file:/path}`) it
  is kept in, and is read when a connection is opened.
* The names of pools and servers are made of letters, digits, `-`, `_` and `.`.

)md";

struct Chapter {
  Section section;
  std::string_view title;
};

constexpr std::array kChapters{
    Chapter{Section::kPool, "`[pool.NAME]` and `[defaults]`"},
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
  const std::string_view http = field.http_fallback;
  return fmt::format("`{}`{}", field.fallback,
                     http.empty() ? "" : fmt::format(" (HTTP `{}`)", http));
}

std::string row_of(const Field& field) {
  return fmt::format("| `{}` | {} | {} | {} | {} |\n", field.key, expected_form(field),
                     default_of(field), bounds_of(field), field.doc);
}

std::string chapter(const Chapter& chapter) {
  std::string text = fmt::format("## {}\n\n", chapter.title);
  text += "| key | value | default | bounds | what it does |\n|---|---|---|---|---|\n";
  for (const Field& field : fields()) {
    text += field.section == chapter.section ? row_of(field) : "";
  }
  return text + "\n";
}

std::string formulas() {
  std::string text =
      "## Formulas\n\n"
      "`size` may be a formula: integers, decimals, `+ - * /`, parentheses, the variables\n"
      "`server.cores`, `server.spindles`, `host.cores` and `fleet.instances`, and the functions\n"
      "below. Arithmetic is exact; the result is rounded up and is at least 1.\n\n";
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
  return text + formulas();
}

}  // namespace millpond::policy
