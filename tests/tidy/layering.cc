#include "millpond/tests/tidy/layering.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millpond::tidy {
namespace {

using Names = std::vector<std::string_view>;

struct Ring {
  std::string_view files;  // a folder, or the first letters of a family of files
  Names ours;              // what of this project it may include, by the same kind of prefix
  Names vendors;           // which libraries, by the prefix of their headers
  bool pure;               // no header that can act on the world: decisions only
};

constexpr std::string_view kBackends[] = {"drivers/postgres/", "drivers/mysql/", "drivers/redis/",
                                          "drivers/http/"};

// The first ring that a file is under holds; a file under none (tests, bench, examples: they
// compose) may include anything.
const std::vector<Ring>& rings() {
  // What the core is made of: no clock, lock, or system call is within its reach.
  static const Names core = {"policy/",
                             "pools/call_site.h",
                             "pools/closed_counts.h",
                             "pools/internal/actions.h",
                             "pools/internal/demand.h",
                             "pools/internal/dial_gate.h",
                             "pools/internal/home.h",
                             "pools/internal/idle_index.h",
                             "pools/internal/machine.h",
                             "pools/internal/pool_core.h",
                             "pools/internal/segments.h",
                             "pools/internal/slot",
                             "pools/internal/wait",
                             "pools/time_point.h"};
  static const std::vector<Ring> table = {
      {"policy/toml/", {"policy/"}, {"toml++/", "fmt/", "tl/"}, true},
      {"policy/pages/render_", {"policy/"}, {}, false},  // programs that print a document
      {"policy/", {"policy/"}, {"fmt/", "tl/"}, true},
      {"drivers/postgres/", {"drivers/"}, {"pqxx/", "libpq", "fmt/", "tl/"}, false},
      {"drivers/mysql/", {"drivers/"}, {"mysql_", "cppconn/", "fmt/", "tl/"}, false},
      {"drivers/redis/", {"drivers/"}, {"hiredis/", "fmt/", "tl/"}, false},
      {"drivers/http/", {"drivers/"}, {"curl/", "fmt/", "tl/"}, false},
      {"drivers/", {"drivers/"}, {"fmt/", "tl/"}, false},
      {"pools/internal/pool_core", core, {"fmt/", "tl/"}, true},
      {"pools/internal/actions", core, {"fmt/", "tl/"}, true},
      {"pools/internal/slot", core, {"fmt/", "tl/"}, true},
      {"pools/internal/wait", core, {"fmt/", "tl/"}, true},
      {"pools/internal/fast_path", core, {}, true},
      {"pools/internal/idle_index", core, {}, true},
      {"pools/internal/demand", core, {}, true},
      {"pools/telemetry/",
       {"policy/", "pools/telemetry/", "pools/snapshot.h", "pools/observer.h",
        "pools/time_point.h"},
       {"fmt/", "tl/"},
       false},
      {"pools/loader/", {"policy/", "drivers/", "pools/"}, {"fmt/", "tl/"}, false},
      {"pools/", {"policy/", "drivers/", "pools/"}, {"fmt/", "tl/"}, false},
      {"millpond.h", {"policy/", "drivers/", "pools/"}, {"fmt/", "tl/"}, false},
      {"millpond.cc", {"millpond.h", "policy/", "drivers/", "pools/"}, {"fmt/", "tl/"}, false},
      {"cli/", {""}, {"CLI/", "nlohmann/", "fmt/", "tl/"}, false},
  };
  return table;
}

constexpr std::string_view kVendors[] = {
    "pqxx/",    "libpq",      "postgres", "mysql",  "mariadb",   "cppconn/",
    "hiredis/", "curl/",      "toml++/",  "CLI/",   "nlohmann/", "fmt/",
    "tl/",      "benchmark/", "gtest/",   "gmock/", "rapidcheck"};

// Headers through which a pure ring would read a clock's thread, a file, an environment or chance.
constexpr std::string_view kEffects[] = {
    "thread",     "mutex",     "shared_mutex", "condition_variable",
    "future",     "semaphore", "fstream",      "iostream",
    "filesystem", "random",    "cstdio",       "cstdlib",
    "csignal",    "ctime",     "locale"};

struct Include {
  std::string_view name;
  int line;
};

std::optional<std::string_view> included(std::string_view line, std::string_view code) {
  if (code.find("#include") == std::string_view::npos) {
    return std::nullopt;
  }
  const std::size_t open = line.find_first_of("<\"");
  const std::size_t close = line.find_last_of(">\"");
  if (open == std::string_view::npos || close <= open) {
    return std::nullopt;
  }
  return line.substr(open + 1, close - open - 1);
}

std::vector<Include> includes_of(const SourceFile& file) {
  const std::string code = code_of(file.text);
  const auto lines = lines_of(file.text);
  const auto code_lines = lines_of(code);
  std::vector<Include> includes;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (const auto name = included(lines[i], code_lines[i])) {
      includes.push_back({*name, static_cast<int>(i) + 1});
    }
  }
  return includes;
}

template <typename Range>
bool under_any(std::string_view path, const Range& prefixes) {
  return std::ranges::any_of(prefixes,
                             [&](std::string_view prefix) { return under(path, prefix); });
}

// A backend's folder is a leaf: only it and drivers/all, which names them all, look inside.
bool reaches_into_a_backend(std::string_view from, std::string_view to) {
  return std::ranges::any_of(kBackends, [&](std::string_view backend) {
    return under(to, backend) && !under(from, backend) && !under(from, "drivers/all/") &&
           (under(from, "drivers/") || under(from, "pools/"));
  });
}

// The public half of pools is what the loader and telemetry are built on, not the other way round.
bool points_outwards(std::string_view from, std::string_view to) {
  const Names edges = {"pools/loader/", "pools/telemetry/"};
  return under(from, "pools/") && !under_any(from, edges) && under_any(to, edges);
}

std::string fault_of_ours(const Ring& ring, std::string_view from, std::string_view to) {
  if (!under_any(to, ring.ours)) {
    return fmt::format("{} may not include {}: the ring {} sees only {}", from, to, ring.files,
                       fmt::join(ring.ours, ", "));
  }
  if (reaches_into_a_backend(from, to)) {
    return fmt::format("{} may not include {}: nothing but drivers/all knows a backend", from, to);
  }
  if (points_outwards(from, to)) {
    return fmt::format("{} may not include {}: an edge is built on pools, not under it", from, to);
  }
  return {};
}

bool is_effect(std::string_view header) {
  const bool is_c_or_posix = header.ends_with(".h") || header.find('/') != std::string_view::npos;
  return is_c_or_posix || std::ranges::find(kEffects, header) != std::end(kEffects);
}

std::string fault_of_others(const Ring& ring, std::string_view from, std::string_view header) {
  if (under_any(header, ring.vendors)) {
    return {};
  }
  if (under_any(header, kVendors)) {
    return fmt::format("{} may not include <{}>: that library belongs to another folder", from,
                       header);
  }
  if (ring.pure && is_effect(header)) {
    return fmt::format("{} may not include <{}>: the ring {} decides and does not act", from,
                       header, ring.files);
  }
  return {};
}

std::string fault(const Ring& ring, std::string_view from, std::string_view header) {
  constexpr std::string_view kOurs = "millpond/";
  return header.starts_with(kOurs) ? fault_of_ours(ring, from, header.substr(kOurs.size()))
                                   : fault_of_others(ring, from, header);
}

}  // namespace

Violations check_layering(const SourceFile& file) {
  Violations violations;
  const auto ring = std::ranges::find_if(
      rings(), [&](const Ring& candidate) { return under(file.path, candidate.files); });
  if (!is_cpp(file.path) || ring == rings().end()) {
    return violations;
  }
  for (const Include& include : includes_of(file)) {
    if (std::string message = fault(*ring, file.path, include.name); !message.empty()) {
      violations.push_back({file.path, include.line, std::move(message)});
    }
  }
  return violations;
}

}  // namespace millpond::tidy
