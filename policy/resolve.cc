#include "millpond/policy/resolve.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "millpond/policy/expression.h"
#include "millpond/policy/finding_codes.h"
#include "millpond/policy/placeholders.h"
#include "millpond/policy/server_address.h"
#include "millpond/policy/sizing.h"

namespace millpond::policy {
namespace {

std::optional<Rational> whole(std::int64_t number) {
  return Rational::of(number, 1);
}

const char* prefix_of(Section section) {
  return section == Section::kServer ? "server" : "pool";
}

class Resolver {
 public:
  Resolver(const Document& document, const Host& host) : document_(document), host_(host) {}

  Resolution resolution() {
    set().file = document_.file;
    set().process.service = host_.program;
    apply(set().process, document_.process, Section::kProcess, Backend::kPostgres);
    apply(set().fleet, document_.fleet, Section::kFleet, Backend::kPostgres);
    for (const StatedTable& table : document_.servers) {
      add_server(table);
    }
    for (const StatedTable& table : document_.pools) {
      add_pool(table);
    }
    return std::move(result_);
  }

 private:
  PolicySet& set() { return result_.set; }

  // What the table states, and the defaults of what it does not, for all rows with a member.
  template <class Policy>
  void apply(Policy& policy, const StatedTable& table, Section section, Backend backend) {
    for (const Field& field : fields()) {
      if (field.section != section || std::holds_alternative<Derived>(field.member)) {
        continue;
      }
      const Setting* const setting = table.settings.find(field.key);
      if (setting != nullptr && setting->readable()) {
        store(policy, field, setting->value);
      } else if (!field.fallback.empty()) {
        store(policy, field, default_value(field, backend));
      }
    }
  }

  void require_keys(const StatedTable& table, Section section) {
    for (const Field& field : fields()) {
      if (field.section == section && field.required && table.settings.find(field.key) == nullptr) {
        result_.findings.push_back({.code = code::kKeyMissing,
                                    .span = table.header,
                                    .message = fmt::format("[{}.{}] lacks `{}`", prefix_of(section),
                                                           table.name, field.key),
                                    .help = fmt::format("`{}`: {}", field.key, field.doc)});
      }
    }
  }

  void add_server(const StatedTable& table) {
    ServerPolicy server{.name = table.name, .span = table.header};
    require_keys(table, Section::kServer);
    apply(server, table, Section::kServer, Backend::kPostgres);
    if (const Setting* const password = table.settings.find("password")) {
      server.password.span = password->span;
    }
    const Setting* const backend = table.settings.find("backend");
    const Setting* const endpoint = table.settings.find("endpoint");
    if (backend != nullptr && backend->readable() && endpoint != nullptr && endpoint->readable()) {
      auto address = parse_server_address(std::get<std::string>(endpoint->value), server.backend);
      if (address) {
        server.address = *std::move(address);
      } else {
        result_.findings.push_back(finding_at(*endpoint, address.error()));
      }
    }
    set().servers.push_back(std::move(server));
  }

  void add_pool(const StatedTable& table) {
    PoolPolicy pool{.name = table.name, .span = table.header};
    require_keys(table, Section::kPool);
    const Setting* const name = table.settings.find("server");
    const ServerPolicy* const server = name != nullptr && name->readable()
                                           ? set().server(std::get<std::string>(name->value))
                                           : nullptr;
    const Backend backend = server == nullptr ? Backend::kPostgres : server->backend;
    apply(pool, table, Section::kPool, backend);
    resolve_size(pool, table, server);
    resolve_min_idle(pool, table, backend);
    resolve_max_waiters(pool, table, backend);
    resolve_app_name(pool, table, backend);
    set().pools.push_back(std::move(pool));
  }

  // The stated value of a derived key, or its default; nothing when it cannot be read.
  std::optional<Value> value_of(const StatedTable& table, std::string_view key, Backend backend) {
    const Setting* const setting = table.settings.find(key);
    if (setting != nullptr) {
      return setting->readable() ? std::optional(setting->value) : std::nullopt;
    }
    return default_value(*find_field(Section::kPool, key), backend);
  }

  Variables variables_for(const ServerPolicy& server) const {
    const std::string unstated = fmt::format("write `cores = ...` in [server.{}]", server.name);
    return {
        {"server.cores", server.cores == 0 ? std::nullopt : whole(server.cores), unstated},
        {"server.spindles", whole(server.spindles), {}},
        {"host.cores", Rational::near(host_.cores), "this host's number of cores is not known"},
        {"fleet.instances", whole(result_.set.fleet.instances), {}},
    };
  }

  void resolve_size(PoolPolicy& pool, const StatedTable& table, const ServerPolicy* server) {
    const auto value = value_of(table, "size", Backend::kPostgres);
    if (!value || (server == nullptr && table.settings.find("size") != nullptr)) {
      return;
    }
    auto sized = size_of(std::get<Formula>(*value).text,
                         variables_for(server == nullptr ? ServerPolicy{} : *server));
    if (sized) {
      pool.size = sized->size;
      pool.sizing = std::move(sized->sizing);
    } else {
      result_.findings.push_back(finding_at(*table.settings.find("size"), sized.error()));
    }
  }

  void resolve_min_idle(PoolPolicy& pool, const StatedTable& table, Backend backend) {
    const auto value = value_of(table, "min_idle", backend);
    if (!value) {
      return;
    }
    const auto* const share = std::get_if<Share>(&*value);
    pool.min_idle =
        share == nullptr ? std::get<std::int64_t>(*value) : share_of(share->value, pool.size);
  }

  void resolve_max_waiters(PoolPolicy& pool, const StatedTable& table, Backend backend) {
    if (table.settings.find("max_waiters") != nullptr) {
      const auto value = value_of(table, "max_waiters", backend);
      pool.max_waiters = value ? std::get<std::int64_t>(*value) : 0;
      return;
    }
    const Field& field = *find_field(Section::kPool, "max_waiters");
    const auto value = evaluate(field.fallback, {{"size", whole(pool.size), {}}});
    pool.max_waiters = value.value().value.numerator();
  }

  void resolve_app_name(PoolPolicy& pool, const StatedTable& table, Backend backend) {
    const auto value = value_of(table, "app_name", backend);
    if (!value) {
      return;
    }
    auto name = fill_placeholders(std::get<std::string>(*value),
                                  {{"service", set().process.service}, {"pool", pool.name}});
    if (name) {
      pool.app_name = *std::move(name);
    } else {
      result_.findings.push_back(finding_at(*table.settings.find("app_name"), name.error()));
    }
  }

  const Document& document_;
  const Host& host_;
  Resolution result_;
};

}  // namespace

Resolution resolve(const Document& document, const Host& host) {
  return Resolver(document, host).resolution();
}

}  // namespace millpond::policy
