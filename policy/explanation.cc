#include "millpond/policy/explanation.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "millpond/policy/fields.h"
#include "millpond/policy/value_text.h"

namespace millpond::policy {
namespace {

Origin origin_of(const Statement& statement) {
  const Setting& setting = *statement.setting;
  return {.layer = statement.table->title,
          .span = setting.place.span,
          .stated = value_text(*setting.field, setting.value)};
}

Origin built_in(const Field& field, Backend backend) {
  const std::string_view fallback = fallback_of(field, backend);
  if (fallback.empty()) {
    return {.layer = "built-in rule"};
  }
  const bool own = !field.exception_fallback.empty() && backend == field.exception;
  // A default that is a formula over other keys has no value of its own.
  const bool formula = field.kind == Kind::kCount && field.worked == Worked::kFromSeveral &&
                       fallback.find('(') != std::string_view::npos;
  return {
      .layer = own ? fmt::format("built-in for {}", name_of(backend)) : "built-in",
      .stated = formula ? std::string(fallback) : value_text(field, default_value(field, backend))};
}

// "ceil(hikari(16, 1) / 6) = ceil(33 / 6) = 6", and what became of it.
std::vector<std::string> how_sized(const PoolPolicy& pool) {
  const Sizing& sizing = pool.sizing;
  std::vector<std::string> lines;
  if (sizing.steps != sizing.formula) {
    lines.push_back(sizing.steps);
  }
  if (pool.size > sizing.want) {
    lines.push_back(fmt::format("raised to {} = {}", sizing.floor, sizing.floor_reason));
  }
  if (sizing.cap != kUnlimited) {
    const char* const verb = pool.size < sizing.want ? "lowered to cap" : "cap";
    lines.push_back(fmt::format("{} {} = {}", verb, sizing.cap, sizing.cap_reason));
  }
  return lines;
}

std::vector<std::string> how(const PoolPolicy& pool, const ExplainedKey& key) {
  const std::string_view name = key.field->key;
  if (name == "size") {
    return how_sized(pool);
  }
  const bool of_size = name == "min_idle" || name == "max_idle" || name == "max_waiters";
  if (of_size && key.value != key.origin.stated) {
    return {fmt::format("{} with size = {}", key.origin.stated, pool.size)};
  }
  if (name == "rotation_spare" && key.value != key.origin.stated) {
    return {fmt::format("{} with what the budgets leave beside size = {}", key.origin.stated,
                        pool.size)};
  }
  if (name == "app_name" && key.value != key.origin.stated) {
    return {fmt::format("{} filled in", key.origin.stated)};
  }
  return {};
}

template <class Policy>
std::vector<std::string> how(const Policy&, const ExplainedKey&) {
  return {};
}

class Explainer {
 public:
  Explainer(const LayeredPolicy& policy, const PolicySet& set) : policy_(policy), set_(set) {
    for (const ServerPolicy& server : set.servers) {
      backends_.emplace(server.name, server.backend);
    }
  }

  Explanation explanation() {
    add({.name = "process", .section = Section::kProcess}, policy_.process, set_.process,
        Backend::kPostgres);
    add({.name = "fleet", .section = Section::kFleet}, policy_.fleet, set_.fleet,
        Backend::kPostgres);
    for (std::size_t i = 0; i < set_.servers.size(); ++i) {
      const ServerPolicy& server = set_.servers[i];
      add({.name = fmt::format("server.{}", server.name),
           .section = Section::kServer,
           .backend = name_of(server.backend)},
          policy_.servers[i], server, server.backend);
    }
    for (std::size_t i = 0; i < set_.pools.size(); ++i) {
      const PoolPolicy& pool = set_.pools[i];
      const Backend backend = backends_.at(pool.server);
      add({.name = pool.name, .section = Section::kPool, .backend = name_of(backend)},
          policy_.pools[i], pool, backend);
    }
    result_.file = policy_.file;
    result_.profile = policy_.profile;
    return std::move(result_);
  }

 private:
  template <class Policy>
  void add(ExplainedTable table, const LayeredTable& layers, const Policy& policy,
           Backend backend) {
    for (const Field& field : fields_of(table.section)) {
      ExplainedKey key = explained(layers, field, backend);
      // Not what the backend has no use for, unless the table itself states it; and of two keys
      // that give one value only the one that gives it.
      const bool useless =
          !field.backends.has(backend) && layers.settings.find_own(field) == nullptr;
      if (useless || (field.key.starts_with("endpoint") && !is_uppermost(layers.settings, field))) {
        continue;
      }
      key.value = value_text(policy, field);
      key.how = how(policy, key);
      table.keys.push_back(std::move(key));
    }
    result_.tables.push_back(std::move(table));
  }

  static bool is_uppermost(const Layers& settings, const Field& field) {
    const std::string_view other = field.key == "endpoint" ? "endpoints" : "endpoint";
    return settings.height_of(field) > settings.height_of(*find_field(Section::kServer, other));
  }

  static ExplainedKey explained(const LayeredTable& layers, const Field& field, Backend backend) {
    ExplainedKey key{.field = &field};
    std::vector<Origin> origins;
    for (const Statement& statement : layers.settings.statements(field)) {
      origins.push_back(origin_of(statement));
    }
    if (!field.required) {
      origins.push_back(built_in(field, backend));
    }
    key.origin = std::move(origins.front());
    key.beneath.assign(std::make_move_iterator(origins.begin() + 1),
                       std::make_move_iterator(origins.end()));
    return key;
  }

  const LayeredPolicy& policy_;
  const PolicySet& set_;
  std::unordered_map<std::string_view, Backend> backends_;
  Explanation result_;
};

}  // namespace

Explanation explain(const LayeredPolicy& policy, const PolicySet& set) {
  return Explainer(policy, set).explanation();
}

const ExplainedTable* find_table(const Explanation& explanation, std::string_view name) {
  const auto found =
      std::find_if(explanation.tables.begin(), explanation.tables.end(),
                   [name](const ExplainedTable& table) { return table.name == name; });
  return found == explanation.tables.end() ? nullptr : &*found;
}

const ExplainedKey* find_key(const ExplainedTable& table, std::string_view key) {
  const auto found =
      std::find_if(table.keys.begin(), table.keys.end(),
                   [key](const ExplainedKey& each) { return each.field->key == key; });
  return found == table.keys.end() ? nullptr : &*found;
}

}  // namespace millpond::policy
