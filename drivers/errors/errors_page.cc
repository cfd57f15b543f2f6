#include "millpond/drivers/errors/errors_page.h"

#include <array>
#include <span>
#include <string_view>

#include "millpond/drivers/error.h"
#include "millpond/drivers/errors/error_tables.h"

namespace millpond::drivers {
namespace {

constexpr char kIntroduction[] =
    R"(# Errors

What went wrong at a backend, or on the way to it, is told in one vocabulary, whichever library
said it; the vendor's own code and words stay in the message. Generated from `drivers/errors` by
`./run docs`.

## Kinds

"Tried again" says whether a failed dial is tried again after a back-off, and idempotent work of
`with()` as `max_retries` says. Where waiting cannot help, callers are answered at once.

| kind | meaning | tried again |
|---|---|---|
)";

struct KindText {
  ErrorKind kind;
  std::string_view meaning;
};

constexpr std::array kKinds{
    KindText{ErrorKind::kRefused, "nobody listens there"},
    KindText{ErrorKind::kUnreachable, "no such host, no route"},
    KindText{ErrorKind::kTimeout, "no answer within the time allowed"},
    KindText{ErrorKind::kCancelled, "called off, because the pool closes"},
    KindText{ErrorKind::kAuthentication, "the server does not accept these credentials"},
    KindText{ErrorKind::kTooManyConnections, "the server is at its limit"},
    KindText{ErrorKind::kShuttingDown, "the server starts, stops, or ended this session"},
    KindText{ErrorKind::kReadOnly, "a write reached a replica"},
    KindText{ErrorKind::kLocalExhaustion, "this host ran out of descriptors, ports, or memory"},
    KindText{ErrorKind::kConflict, "lost against another transaction; the next try may win"},
    KindText{ErrorKind::kBroken, "the session is gone"},
    KindText{ErrorKind::kProtocol, "an answer nobody asked for, or none of the protocol's"},
    KindText{ErrorKind::kConfiguration, "no such database, a setting or certificate refused"},
};

struct Section {
  std::string_view title;
  std::string_view codes;
  std::span<const ErrorRule> rules;
  std::string_view rest;
};

std::string row(std::string_view first, std::string_view second, std::string_view third) {
  std::string text{"| "};
  text.append(first).append(" | ").append(second).append(" | ").append(third).append(" |\n");
  return text;
}

std::string code_of(std::string_view code) {
  return "`" + std::string{code} + "`";
}

std::string text_of(const Section& section) {
  std::string text = "\n## " + std::string{section.title} + "\n\n";
  text += row(section.codes, "kind", "meaning") + "|---|---|---|\n";
  for (const ErrorRule& rule : section.rules) {
    text += row(code_of(rule.code), name_of(rule.kind), rule.meaning);
  }
  return text + row("any other", section.rest, "");
}

}  // namespace

std::string errors_page() {
  std::string text = kIntroduction;
  for (const KindText& each : kKinds) {
    text += row(name_of(each.kind), each.meaning, is_transient(each.kind) ? "yes" : "no");
  }
  const std::array sections{
      Section{"PostgreSQL", "SQLSTATE, its beginning", postgres_errors(), "broken"},
      Section{"MySQL and MariaDB", "error number", mysql_errors(), "broken"},
      Section{"Redis", "error reply, its beginning", redis_errors(), "protocol"},
      Section{"HTTP", "libcurl's code", http_errors(), "broken"},
      Section{"The operating system", "errno", system_errors(), "broken"},
  };
  for (const Section& section : sections) {
    text += text_of(section);
  }
  return text;
}

}  // namespace millpond::drivers
