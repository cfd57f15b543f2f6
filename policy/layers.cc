#include "millpond/policy/layers.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "millpond/policy/fields.h"
#include "millpond/policy/finding_codes.h"
#include "millpond/policy/suggestion.h"

namespace millpond::policy {
namespace {

using Tables = std::vector<StatedTable>;
using Index = std::unordered_map<std::string_view, const StatedTable*>;

Index indexed(const Tables& tables) {
  Index index;
  for (const StatedTable& table : tables) {
    index.emplace(table.name, &table);
  }
  return index;
}

const StatedTable* find_in(const Index& index, std::string_view name) {
  const auto found = index.find(name);
  return found == index.end() ? nullptr : found->second;
}

// What a file without a profile in use has over its tables.
const StatedTables& nothing_stated() {
  static const StatedTables nothing;
  return nothing;
}

template <class Named>
std::vector<std::string_view> names_of(const std::vector<Named>& all) {
  std::vector<std::string_view> names;
  for (const Named& each : all) {
    names.push_back(each.name);
  }
  return names;
}

class Layerer {
 public:
  Layerer(const Document& document, std::string_view profile)
      : document_(document),
        base_(document.tables),
        classes_(indexed(base_.classes)),
        inherit_(*find_field(Section::kPool, "inherit")) {
    result_.policy.file = document.file;
    result_.policy.speaks_of_pools = document.speaks_of_pools;
    select(profile);
    profile_servers_ = indexed(overlay_->servers);
    profile_classes_ = indexed(overlay_->classes);
    profile_pools_ = indexed(overlay_->pools);
  }

  Layering layering() {
    for (const StatedProfile& profile : document_.profiles) {
      check_profile(profile);
      note_names(profile.tables);
    }
    lay_single(result_.policy.process, base_.process, overlay_->process);
    lay_single(result_.policy.fleet, base_.fleet, overlay_->fleet);
    for (const StatedTable& server : base_.servers) {
      LayeredTable& table = add(result_.policy.servers, Section::kServer, server);
      put(table, server, profile_servers_);
    }
    for (const StatedTable& pool : base_.pools) {
      lay_pool(pool);
    }
    check_use();
    return std::move(result_);
  }

 private:
  Finding& find(const char* code, Span span, std::string message) {
    result_.findings.push_back(
        {.code = code, .span = std::move(span), .message = std::move(message)});
    return result_.findings.back();
  }

  void select(std::string_view name) {
    const auto& profiles = document_.profiles;
    const auto found = std::find_if(profiles.begin(), profiles.end(),
                                    [name](const auto& profile) { return profile.name == name; });
    if (found != profiles.end()) {
      result_.policy.profile = found->name;
      overlay_ = &found->tables;
    } else if (!name.empty()) {
      Finding& finding = find(code::kUnknownProfile, {.file = document_.file},
                              fmt::format("the file declares no profile `{}`", name));
      const std::vector<std::string_view> names = names_of(profiles);
      finding.label = did_you_mean(name, names);
      finding.help = names.empty() ? "run without --profile and MILLPOND_PROFILE, or add a "
                                     "[profile.NAME] table"
                                   : fmt::format(
                                         "--profile or MILLPOND_PROFILE names it; profiles "
                                         "are {}",
                                         listed(names));
    }
  }

  // What only a profile uses is in use.
  void note_names(const StatedTables& tables) {
    note_server(tables.defaults);
    for (const StatedTable& each : tables.classes) {
      note_server(each);
    }
    for (const StatedTable& pool : tables.pools) {
      note_server(pool);
      const Setting* const inherited = pool.settings.find(inherit_);
      if (inherited != nullptr && inherited->readable()) {
        const auto& names = std::get<std::vector<std::string>>(inherited->value);
        used_.insert(names.begin(), names.end());
      }
    }
  }

  void note_server(const StatedTable& table) {
    const Setting* const name = table.settings.find(*find_field(Section::kPool, "server"));
    if (name != nullptr && name->readable()) {
      result_.policy.named_servers.insert(std::get<std::string>(name->value));
    }
  }

  // A profile changes what there is; what it seems to add is a slip of the pen.
  void check_profile(const StatedProfile& profile) {
    check_overlays(profile.tables.servers, base_.servers, "server");
    check_overlays(profile.tables.classes, base_.classes, "class");
    check_overlays(profile.tables.pools, base_.pools, "pool");
  }

  void check_overlays(const Tables& overlays, const Tables& base, std::string_view kind) {
    if (overlays.empty()) {
      return;
    }
    const Index known = indexed(base);
    for (const StatedTable& overlay : overlays) {
      if (find_in(known, overlay.name) != nullptr) {
        continue;
      }
      Finding& finding = find(code::kProfileOfNothing, overlay.header,
                              fmt::format("{} changes [{}.{}], which does not exist", overlay.title,
                                          kind, overlay.name));
      finding.label = did_you_mean(overlay.name, names_of(base));
      finding.help = fmt::format("a profile changes tables: add [{}.{}] first", kind, overlay.name);
    }
  }

  static void lay_single(LayeredTable& into, const StatedTable& base, const StatedTable& overlay) {
    into.header = base.header;
    into.settings = Layers(into.section);
    into.settings.put(base);
    into.settings.put(overlay);
  }

  static LayeredTable& add(std::vector<LayeredTable>& into, Section section,
                           const StatedTable& table) {
    into.push_back({.section = section, .name = table.name, .header = table.header});
    return into.back();
  }

  // The table, and over it what the profile says of it.
  static void put(LayeredTable& into, const StatedTable& table, const Index& overlays) {
    into.settings.put(table);
    if (const StatedTable* const overlay = find_in(overlays, table.name)) {
      into.settings.put(*overlay);
    }
  }

  void lay_pool(const StatedTable& pool) {
    LayeredTable& table = add(result_.policy.pools, Section::kPool, pool);
    table.settings.put(base_.defaults);
    table.settings.put(overlay_->defaults);
    const Setting* inherited = pool.settings.find(inherit_);
    const StatedTable* const overlay = find_in(profile_pools_, pool.name);
    if (overlay != nullptr && overlay->settings.find(inherit_) != nullptr) {
      inherited = overlay->settings.find(inherit_);
    }
    if (inherited != nullptr && inherited->readable()) {
      put_classes(table, *inherited);
    }
    any_class_may_be_meant_ = any_class_may_be_meant_ || (inherited && !inherited->readable());
    put(table, pool, profile_pools_);
  }

  void put_classes(LayeredTable& table, const Setting& inherited) {
    const auto& names = std::get<std::vector<std::string>>(inherited.value);
    for (std::size_t i = 0; i < names.size(); ++i) {
      const Span& span = inherited.elements[i].span;
      const StatedTable* const inherited_class = find_in(classes_, names[i]);
      if (inherited_class == nullptr) {
        refuse_class(names[i], span);
      } else if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i),
                           names[i]) != names.begin() + static_cast<std::ptrdiff_t>(i)) {
        find(code::kRepeatedName, span, fmt::format("class `{}` is inherited twice", names[i]));
      } else {
        used_.insert(inherited_class->name);
        put(table, *inherited_class, profile_classes_);
      }
    }
  }

  void refuse_class(const std::string& name, const Span& span) {
    const std::vector<std::string_view> names = names_of(base_.classes);
    any_class_may_be_meant_ = true;
    Finding& finding = find(code::kUnknownClass, span, fmt::format("unknown class `{}`", name));
    finding.label = did_you_mean(name, names);
    finding.help = names.empty() ? fmt::format("add a [class.{}] table", name)
                                 : "classes are " + listed(names);
  }

  void check_use() {
    for (const StatedTable& each : base_.classes) {
      if (!any_class_may_be_meant_ && !used_.contains(each.name)) {
        Finding& finding = find(code::kUnusedClass, each.header,
                                fmt::format("no pool inherits [class.{}]", each.name));
        finding.severity = Severity::kWarning;
        finding.help = fmt::format("write `inherit = [\"{}\"]` in a pool, or remove it", each.name);
      }
    }
  }

  const Document& document_;
  const StatedTables& base_;
  const StatedTables* overlay_ = &nothing_stated();
  Index classes_;
  Index profile_servers_;
  Index profile_classes_;
  Index profile_pools_;
  const Field& inherit_;
  std::set<std::string_view> used_;
  bool any_class_may_be_meant_ = false;  // by a name that is misspelt or cannot be read
  Layering result_;
};

}  // namespace

const Setting* Layers::find(std::string_view key) const {
  const Field* const field = find_field(section_, key);
  return field == nullptr ? nullptr : find(*field);
}

const Setting* Layers::find(const Field& field) const {
  for (auto table = tables_.rbegin(); table != tables_.rend(); ++table) {
    if (const Setting* const setting = (*table)->settings.find(field)) {
      return setting;
    }
  }
  return nullptr;
}

std::size_t Layers::height_of(const Field& field) const {
  std::size_t height = tables_.size();
  while (height > 0 && tables_[height - 1]->settings.find(field) == nullptr) {
    --height;
  }
  return height;
}

const Setting* Layers::find_own(const Field& field) const {
  for (auto table = tables_.rbegin(); table != tables_.rend(); ++table) {
    const Setting* const setting = (*table)->settings.find(field);
    if (setting != nullptr && (*table)->scope == Scope::kOne) {
      return setting;
    }
  }
  return nullptr;
}

std::vector<Statement> Layers::statements(const Field& field) const {
  std::vector<Statement> found;
  for (auto table = tables_.rbegin(); table != tables_.rend(); ++table) {
    if (const Setting* const setting = (*table)->settings.find(field)) {
      found.push_back({setting, *table});
    }
  }
  return found;
}

bool Layers::usable(std::string_view key) const {
  const Setting* const setting = find(key);
  return setting == nullptr || setting->readable();
}

Layering lay(const Document& document, std::string_view profile) {
  return Layerer(document, profile).layering();
}

}  // namespace millpond::policy
