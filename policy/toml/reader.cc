#include "millpond/policy/toml/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "millpond/policy/fields.h"
#include "millpond/policy/finding_codes.h"
#include "millpond/policy/suggestion.h"
#include "millpond/policy/toml/places.h"

namespace millpond::policy::toml {
namespace {

constexpr std::int64_t kVersion = 1;
constexpr std::size_t kMostListed = 20;
constexpr std::size_t kLongestName = 48;  // leaves room for a service in PostgreSQL's 63 characters

constexpr std::array<std::string_view, 7> kTables{"process", "fleet", "server", "defaults",
                                                  "class",   "pool",  "profile"};

// How messages call the tables of a section.
std::string_view header_of(Section section) {
  switch (section) {
    case Section::kProcess:
      return "[process]";
    case Section::kFleet:
      return "[fleet]";
    case Section::kServer:
      return "[server.NAME]";
    case Section::kPool:
      break;
  }
  return "[pool.NAME]";
}

// What a kind of table is read as.
struct Form {
  Section section;
  std::string title;  // of the file's header, without the brackets and the table's own name
  Scope scope = Scope::kOne;
};

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kLongestName &&
         std::all_of(text.begin(), text.end(), [](char c) {
           const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
           return letter || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
         });
}

class DocumentReader {
 public:
  explicit DocumentReader(const ReadInput& input) : input_(input), settings_(input) {}

  ReadDocument read(const ::toml::table& root) {
    result_.document.file = input_.file;
    check_version(root);
    for (const auto& [key, node] : in_file_order(root)) {
      read_root_key(key, node);
    }
    return std::move(result_);
  }

 private:
  Finding& add(const char* code, Span span, std::string message) {
    result_.findings.push_back(
        {.code = code, .span = std::move(span), .message = std::move(message)});
    return result_.findings.back();
  }

  Span span_of(const ::toml::source_region& region) const {
    return toml::span_of(region, input_.file);
  }

  void check_version(const ::toml::table& root) {
    const ::toml::node* const version = root.get("version");
    if (version == nullptr) {
      add(code::kVersionMissing, {.file = input_.file}, "the file does not state its version")
          .help = "write `version = 1` as its first line";
      return;
    }
    const auto* const number = version->as_integer();
    if (number == nullptr || number->get() != kVersion) {
      add(code::kVersionUnsupported, span_of(version->source()), "unsupported version").label =
          "this release reads version 1";
    }
  }

  void read_root_key(const ::toml::key& key, const ::toml::node& node) {
    result_.document.speaks_of_pools |= key.str() == "pool";
    if (key.str() == "profile") {
      read_profiles(key, node);
    } else if (key.str() != "version" && !read_table(result_.document.tables, {}, key, node)) {
      refuse_root_key(key, node, {kTables.begin(), kTables.end()});
    }
  }

  // Where a profile is not in use, its variables need not be set.
  void forgive_unset_variables(std::size_t from) {
    const auto first = result_.findings.begin() + static_cast<std::ptrdiff_t>(from);
    result_.findings.erase(
        std::remove_if(first, result_.findings.end(),
                       [](const Finding& each) { return each.code == code::kVariableUnset; }),
        result_.findings.end());
  }

  // False when the key is none of the tables that the root and each profile may have. `prefix` is
  // what a title has before the key: "profile.staging.".
  bool read_table(StatedTables& into, const std::string& prefix, const ::toml::key& key,
                  const ::toml::node& node) {
    const std::string_view name = key.str();
    const std::string title = fmt::format("{}{}", prefix, name);
    if (name == "process") {
      read_single(into.process, {Section::kProcess, title}, key, node);
    } else if (name == "fleet") {
      read_single(into.fleet, {Section::kFleet, title}, key, node);
    } else if (name == "defaults") {
      read_single(into.defaults, {Section::kPool, title, Scope::kShared}, key, node);
    } else if (name == "server") {
      read_named(into.servers, {Section::kServer, title}, key, node);
    } else if (name == "class") {
      read_named(into.classes, {Section::kPool, title, Scope::kShared}, key, node);
    } else if (name == "pool") {
      read_named(into.pools, {Section::kPool, title}, key, node);
    } else {
      return false;
    }
    return true;
  }

  void read_profiles(const ::toml::key& key, const ::toml::node& node) {
    const auto* const profiles = table_of(key, node, "[profile.NAME.TABLE]");
    if (profiles == nullptr) {
      return;
    }
    for (const auto& [name, child] : in_file_order(*profiles)) {
      const auto* const tables = table_of(name, child, "[profile.NAME.TABLE]");
      if (tables != nullptr && check_name(name)) {
        read_profile(name, *tables);
      }
    }
  }

  void read_profile(const ::toml::key& name, const ::toml::table& tables) {
    StatedProfile profile{.name = std::string(name.str()), .header = span_of(name.source())};
    const std::string prefix = fmt::format("profile.{}.", profile.name);
    const std::size_t before = result_.findings.size();
    for (const auto& [key, node] : in_file_order(tables)) {
      if (!read_table(profile.tables, prefix, key, node)) {
        refuse_root_key(key, node, {kTables.begin(), kTables.end() - 1});
      }
    }
    if (profile.name != input_.profile) {
      forgive_unset_variables(before);
    }
    result_.document.profiles.push_back(std::move(profile));
  }

  void refuse_root_key(const ::toml::key& key, const ::toml::node& node,
                       const std::vector<std::string_view>& tables) {
    const std::string name(key.str());
    const ::toml::array* const array = node.as_array();
    const bool is_table = node.is_table() || (array != nullptr && array->is_array_of_tables());
    Finding& finding = is_table ? add(code::kUnknownTable, span_of(key.source()),
                                      fmt::format("unknown table `{}`", name))
                                : add(code::kUnknownKey, span_of(key.source()),
                                      fmt::format("unknown key `{}` outside of any table", name));
    finding.label = is_table ? did_you_mean(name, tables) : elsewhere(name);
    finding.help = "tables are " + listed(tables);
  }

  // Where a key that has no meaning here would have one.
  static std::string elsewhere(std::string_view key) {
    for (const Section section : kSections) {
      if (find_field(section, key) != nullptr) {
        return fmt::format("`{}` belongs to {}", key, header_of(section));
      }
    }
    return {};
  }

  // Null, with a finding, when the node is no table.
  const ::toml::table* table_of(const ::toml::key& key, const ::toml::node& node,
                                std::string_view expected) {
    const ::toml::table* const table = node.as_table();
    if (table == nullptr) {
      add(code::kNotATable, span_of(key.source()), fmt::format("`{}` is no table", key.str()))
          .label = fmt::format("expected {}", expected);
    }
    return table;
  }

  void read_single(StatedTable& into, const Form& form, const ::toml::key& key,
                   const ::toml::node& node) {
    const std::string title = fmt::format("[{}]", form.title);
    if (const auto* const table = table_of(key, node, title)) {
      into.title = title;
      into.name = std::string(key.str());
      into.header = span_of(table->source());
      into.scope = form.scope;
      read_settings(into, form, *table);
    }
  }

  void read_named(std::vector<StatedTable>& into, const Form& form, const ::toml::key& key,
                  const ::toml::node& node) {
    const std::string expected = fmt::format("[{}.NAME]", form.title);
    const auto* const tables = table_of(key, node, expected);
    if (tables == nullptr) {
      return;
    }
    for (const auto& [name, child] : in_file_order(*tables)) {
      const auto* const table = table_of(name, child, expected);
      if (table == nullptr || !check_name(name)) {
        continue;
      }
      StatedTable stated{.title = fmt::format("[{}.{}]", form.title, name.str()),
                         .name = std::string(name.str()),
                         .header = span_of(table->source()),
                         .scope = form.scope};
      read_settings(stated, form, *table);
      into.push_back(std::move(stated));
    }
  }

  bool check_name(const ::toml::key& name) {
    if (is_name(name.str())) {
      return true;
    }
    Finding& finding = add(code::kBadName, span_of(name.source()),
                           fmt::format("`{}` cannot be a name", name.str()));
    finding.label = fmt::format("1 to {} of A-Z a-z 0-9 - _ .", kLongestName);
    return false;
  }

  void read_settings(StatedTable& into, const Form& form, const ::toml::table& table) {
    for (const auto& [key, node] : in_file_order(table)) {
      const Field* const field = find_field(form.section, key.str());
      if (field == nullptr) {
        refuse_key(form.section, key);
      } else if (form.scope == Scope::kShared && field->kind == Kind::kNames) {
        refuse_inheritance(into, key);
      } else {
        into.settings.set(settings_.read(*field, key, node, result_.findings));
      }
    }
  }

  // One level keeps it plain which class a value comes from.
  void refuse_inheritance(const StatedTable& table, const ::toml::key& key) {
    Finding& finding = add(code::kKeyElsewhere, span_of(key.source()),
                           fmt::format("{} cannot inherit", table.title));
    finding.label = elsewhere(key.str());
    finding.help = "name all classes in the pool: inherit = [\"first\", \"second\"]";
  }

  void refuse_key(Section section, const ::toml::key& key) {
    const std::vector<std::string_view> keys = keys_of(section);
    Finding& finding =
        add(code::kUnknownKey, span_of(key.source()), fmt::format("unknown key `{}`", key.str()));
    finding.label = did_you_mean(key.str(), keys);
    if (finding.label.empty()) {
      finding.label = elsewhere(key.str());
    }
    if (finding.label.empty()) {
      finding.help =
          keys.size() > kMostListed
              ? fmt::format("docs/configuration.md has the keys of {}", header_of(section))
              : fmt::format("keys of {} are {}", header_of(section), listed(keys));
    }
  }

  const ReadInput& input_;
  SettingReader settings_;
  ReadDocument result_;
};

}  // namespace

ReadDocument read_document(const ::toml::table& root, const ReadInput& input) {
  return DocumentReader(input).read(root);
}

}  // namespace millpond::policy::toml
