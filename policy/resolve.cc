#include "millpond/policy/resolve.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include "millpond/policy/expression/expression.h"
#include "millpond/policy/fields.h"
#include "millpond/policy/finding_codes.h"
#include "millpond/policy/placeholders.h"
#include "millpond/policy/server_address.h"
#include "millpond/policy/sizes.h"
#include "millpond/policy/sizing.h"

namespace millpond::policy {
namespace {

const char* prefix_of(Section section) {
  return section == Section::kServer ? "server" : "pool";
}

class Resolver {
 public:
  Resolver(const LayeredPolicy& policy, const Host& host) : policy_(policy), host_(host) {}

  Resolution resolution() {
    set().file = policy_.file;
    set().process.service = host_.program;
    apply(set().process, policy_.process, Backend::kPostgres);
    apply(set().fleet, policy_.fleet, Backend::kPostgres);
    for (const LayeredTable& table : policy_.servers) {
      add_server(table);
    }
    for (const LayeredTable& table : policy_.pools) {
      add_pool(table);
    }
    append(resolve_sizes(policy_, host_, set()));
    for (std::size_t i = 0; i < set().pools.size(); ++i) {
      resolve_idle(set().pools[i], policy_.pools[i]);
      resolve_max_waiters(set().pools[i], policy_.pools[i]);
      resolve_app_name(set().pools[i], policy_.pools[i]);
    }
    return std::move(result_);
  }

 private:
  PolicySet& set() { return result_.set; }

  void append(Findings more) {
    result_.findings.insert(result_.findings.end(), std::make_move_iterator(more.begin()),
                            std::make_move_iterator(more.end()));
  }

  // What the table states, and the defaults of what it does not, for all rows whose value is the
  // key's alone.
  template <class Policy>
  void apply(Policy& policy, const LayeredTable& table, Backend backend) {
    for (const Field& field : fields_of(table.section)) {
      if (field.worked == Worked::kFromSeveral) {
        continue;
      }
      const Setting* const setting = table.settings.find(field);
      if (setting != nullptr && setting->readable()) {
        store(policy, field, setting->value);
      } else if (!field.fallback.empty()) {
        store(policy, field, default_of(field, backend));
      }
    }
  }

  // Reading a default's text for each of a thousand pools would cost more than all the rest.
  const Value& default_of(const Field& field, Backend backend) {
    auto& known = defaults_[static_cast<std::size_t>(backend)];
    auto found = known.find(&field);
    if (found == known.end()) {
      found = known.emplace(&field, default_value(field, backend)).first;
    }
    return found->second;
  }

  void require_keys(const LayeredTable& table) {
    for (const Field& field : fields_of(table.section)) {
      if (field.required && table.settings.find(field) == nullptr) {
        lacks(table, field);
      }
    }
  }

  void lacks(const LayeredTable& table, const Field& field) {
    result_.findings.push_back(
        {.code = code::kKeyMissing,
         .span = table.header,
         .message =
             fmt::format("[{}.{}] lacks `{}`", prefix_of(table.section), table.name, field.key),
         .help = fmt::format("`{}`: {}", field.key, field.doc)});
  }

  void add_server(const LayeredTable& table) {
    ServerPolicy server{.name = table.name, .span = table.header};
    require_keys(table);
    const Setting* const backend = table.settings.find("backend");
    const bool known = backend != nullptr && backend->readable();
    if (known) {
      server.backend = static_cast<Backend>(std::get<Choice>(backend->value).index);
    }
    apply(server, table, server.backend);
    if (const Setting* const password = table.settings.find("password")) {
      server.password.span = password->place.span;
    }
    resolve_endpoints(server, table, known);
    resolve_tls(server, table);
    set().servers.push_back(std::move(server));
  }

  // A profile may name several endpoints over the file's one: the uppermost layer's key holds.
  void resolve_endpoints(ServerPolicy& server, const LayeredTable& table, bool backend_known) {
    const Field& one_key = *find_field(Section::kServer, "endpoint");
    const Field& several_key = *find_field(Section::kServer, "endpoints");
    const std::size_t one_height = table.settings.height_of(one_key);
    const std::size_t several_height = table.settings.height_of(several_key);
    const Setting* const one = table.settings.find(one_key);
    const Setting* const several = table.settings.find(several_key);
    if (one == nullptr && several == nullptr) {
      lacks(table, one_key);
    } else if (one != nullptr && several != nullptr && one_height == several_height) {
      refuse_both(*one, *several);
    } else if (one != nullptr && one_height > several_height) {
      if (backend_known && one->readable()) {
        add_endpoint(server, std::get<std::string>(one->value), one->place);
      }
    } else if (several != nullptr && backend_known && several->readable()) {
      const auto& texts = std::get<std::vector<std::string>>(several->value);
      for (std::size_t i = 0; i < texts.size(); ++i) {
        add_endpoint(server, texts[i], several->elements[i]);
      }
    }
  }

  void refuse_both(const Setting& one, const Setting& several) {
    result_.findings.push_back({.code = code::kConflictingKeys,
                                .span = several.key,
                                .message = "`endpoint` and `endpoints` exclude each other",
                                .help = "keep one of them",
                                .related = {{.span = one.key, .label = "the other one"}}});
  }

  void add_endpoint(ServerPolicy& server, const std::string& text, const Place& place) {
    auto address = parse_server_address(text, server.backend);
    if (!address) {
      result_.findings.push_back(finding_at(place, address.error()));
      return;
    }
    const std::string name = to_text(*address);
    const bool twice =
        std::any_of(server.endpoints.begin(), server.endpoints.end(),
                    [&name](const ServerAddress& earlier) { return to_text(earlier) == name; });
    if (twice) {
      result_.findings.push_back({.code = code::kRepeatedName,
                                  .span = place.span,
                                  .message = fmt::format("endpoint {} is named twice", name)});
      return;
    }
    server.endpoints.push_back(*std::move(address));
  }

  // Off where nobody can listen in, or where the address says so; else as strict as can be.
  static void resolve_tls(ServerPolicy& server, const LayeredTable& table) {
    const Setting* const stated = table.settings.find("tls");
    if (stated != nullptr && stated->readable()) {
      server.tls = static_cast<Tls>(std::get<Choice>(stated->value).index);
      return;
    }
    const bool plain = std::all_of(
        server.endpoints.begin(), server.endpoints.end(), [](const ServerAddress& address) {
          return address.scheme == ServerAddress::Scheme::kHttp ||
                 (address.scheme == ServerAddress::Scheme::kNone && is_loopback(address.host));
        });
    server.tls = plain ? Tls::kOff : Tls::kVerifyFull;
  }

  const ServerPolicy* server_named(const std::string& name) {
    if (servers_.empty()) {
      for (const ServerPolicy& server : set().servers) {
        servers_.emplace(server.name, &server);
      }
    }
    const auto found = servers_.find(name);
    return found == servers_.end() ? nullptr : found->second;
  }

  Backend backend_of(const LayeredTable& table) {
    const Setting* const name = table.settings.find("server");
    const ServerPolicy* const server = name != nullptr && name->readable()
                                           ? server_named(std::get<std::string>(name->value))
                                           : nullptr;
    return server == nullptr ? Backend::kPostgres : server->backend;
  }

  void add_pool(const LayeredTable& table) {
    PoolPolicy pool{.name = table.name, .span = table.header};
    require_keys(table);
    apply(pool, table, backend_of(table));
    set().pools.push_back(std::move(pool));
  }

  // The stated value of a key, or its default; nothing when it cannot be read.
  std::optional<Value> value_of(const LayeredTable& table, std::string_view key) {
    const Field& field = *find_field(Section::kPool, key);
    const Setting* const setting = table.settings.find(field);
    if (setting != nullptr) {
      return setting->readable() ? std::optional(setting->value) : std::nullopt;
    }
    return default_of(field, backend_of(table));
  }

  static std::int64_t counted(const Value& value, std::int64_t size) {
    const auto* const share = std::get_if<Share>(&value);
    return share == nullptr ? std::get<std::int64_t>(value) : share_of(share->value, size);
  }

  void resolve_idle(PoolPolicy& pool, const LayeredTable& table) {
    // A pool that was clamped keeps as many idle as it has; a plain mistake is validate()'s to
    // find.
    const bool clamped = pool.size > 0 && pool.size < pool.sizing.want;
    if (const auto value = value_of(table, "min_idle")) {
      const std::int64_t wanted = counted(*value, pool.size);
      pool.min_idle = clamped ? std::min(wanted, pool.size) : wanted;
    }
    if (const auto value = value_of(table, "max_idle")) {
      pool.max_idle = counted(*value, pool.size);
    }
  }

  void resolve_max_waiters(PoolPolicy& pool, const LayeredTable& table) {
    const Field& field = *find_field(Section::kPool, "max_waiters");
    if (const Setting* const setting = table.settings.find(field)) {
      pool.max_waiters = setting->readable() ? std::get<std::int64_t>(setting->value) : 0;
      return;
    }
    const auto value = evaluate(field.fallback, {{"size", Rational::of(pool.size, 1), {}}});
    pool.max_waiters = value.value().value.amount.numerator();
  }

  void resolve_app_name(PoolPolicy& pool, const LayeredTable& table) {
    const auto value = value_of(table, "app_name");
    if (!value) {
      return;
    }
    auto name = fill_placeholders(std::get<std::string>(*value),
                                  {{"service", set().process.service}, {"pool", pool.name}});
    if (name) {
      pool.app_name = *std::move(name);
    } else {
      result_.findings.push_back(finding_at(table.settings.find("app_name")->place, name.error()));
    }
  }

  const LayeredPolicy& policy_;
  const Host& host_;
  std::array<std::unordered_map<const Field*, Value>, 4> defaults_;
  std::unordered_map<std::string_view, const ServerPolicy*> servers_;
  Resolution result_;
};

}  // namespace

Resolution resolve(const LayeredPolicy& policy, const Host& host) {
  return Resolver(policy, host).resolution();
}

}  // namespace millpond::policy
