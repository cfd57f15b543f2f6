#include "millpond/policy/validate.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "millpond/policy/duration.h"
#include "millpond/policy/fields.h"
#include "millpond/policy/finding_codes.h"
#include "millpond/policy/release.h"
#include "millpond/policy/server_address.h"
#include "millpond/policy/suggestion.h"

namespace millpond::policy {
namespace {

using namespace std::chrono_literals;

constexpr Duration kPatience = 10s;

// One pool or server with the tables it came from.
template <class Policy>
class Subject {
 public:
  Subject(const LayeredTable& table, const Policy& policy) : table_(table), policy_(policy) {}

  const Policy* operator->() const { return &policy_; }
  const Layers& settings() const { return table_.settings; }

  bool usable(std::initializer_list<std::string_view> keys) const {
    return std::all_of(keys.begin(), keys.end(),
                       [this](std::string_view key) { return settings().usable(key); });
  }
  bool states(std::string_view key) const { return settings().find(key) != nullptr; }

  // Where the first stated of the keys has its value; else the table's header.
  Span place_of(std::initializer_list<std::string_view> keys) const {
    for (const std::string_view key : keys) {
      if (const Setting* const setting = settings().find(key)) {
        return setting->place.span;
      }
    }
    return table_.header;
  }

 private:
  const LayeredTable& table_;
  const Policy& policy_;
};

using Pool = Subject<PoolPolicy>;
using Server = Subject<ServerPolicy>;

class Rules {
 public:
  Rules(const LayeredPolicy& policy, const PolicySet& set) : policy_(policy), set_(set) {
    for (std::size_t i = 0; i < set_.servers.size(); ++i) {
      servers_.emplace(set_.servers[i].name, i);
    }
    for (const PoolPolicy& pool : set_.pools) {
      used_servers_.insert(pool.server);
      every_server_known_ = every_server_known_ && servers_.contains(pool.server);
    }
  }

  Findings findings() {
    if (!policy_.speaks_of_pools) {
      error(code::kNoPools, {.file = policy_.file}, "the file declares no pool").help =
          "add a [pool.NAME] table with `server = \"...\"`";
    }
    check_fleet();
    for (std::size_t i = 0; i < set_.servers.size(); ++i) {
      const Server server(policy_.servers[i], set_.servers[i]);
      check_release(server);
      check_scheme(server);
      check_socket(server);
      check_certificates(server);
      check_balance(server);
      check_budget(server);
      check_via(server);
      check_use(server);
    }
    for (std::size_t i = 0; i < set_.pools.size(); ++i) {
      const Pool pool(policy_.pools[i], set_.pools[i]);
      check_server(pool);
      check_backend(pool);
      check_idle(pool);
      check_validation(pool);
      check_backoff(pool);
      check_overflow(pool);
      check_retirement(pool);
      check_cutoff(pool);
      check_patience(pool);
      check_companions(pool);
    }
    return std::move(findings_);
  }

 private:
  Finding& error(const char* code, Span span, std::string message) {
    findings_.push_back({.code = code, .span = std::move(span), .message = std::move(message)});
    return findings_.back();
  }

  Finding& warning(const char* code, Span span, std::string message) {
    Finding& finding = error(code, std::move(span), std::move(message));
    finding.severity = Severity::kWarning;
    return finding;
  }

  void without_effect(const Setting& setting, std::string why) {
    warning(code::kWithoutEffect, setting.key,
            fmt::format("`{}` has no effect here", setting.field->key))
        .label = std::move(why);
  }

  const LayeredTable* server_table(const Pool& pool) const {
    const auto found = servers_.find(pool->server);
    return found == servers_.end() ? nullptr : &policy_.servers[found->second];
  }
  const ServerPolicy* server_of(const Pool& pool) const {
    const auto found = servers_.find(pool->server);
    return found == servers_.end() ? nullptr : &set_.servers[found->second];
  }

  void check_fleet() {
    const Setting* const instances = policy_.fleet.settings.find("instances");
    const Setting* const most = policy_.fleet.settings.find("max_instances");
    const bool live = set_.fleet.instances == kLive;
    if (live && most == nullptr) {
      error(code::kLiveWithoutMost, instances->place.span,
            "`instances = \"live\"` needs `max_instances`")
          .help = "write max_instances = ... in [fleet]: budgets are kept for that many";
    } else if (!live && most != nullptr) {
      without_effect(*most, "only `instances = \"live\"` looks at it");
    }
  }

  void check_release(const Server& server) {
    if (!server.usable({"tls", "endpoint", "endpoints", "backend"}) || server->endpoints.empty()) {
      return;
    }
    for (Shortcoming& each : shortcomings(*server.operator->())) {
      warning(code::kNotInThisRelease, server.place_of({each.key, "endpoint", "endpoints"}),
              std::move(each.message))
          .help = std::move(each.help);
    }
  }

  // An address that says https must never be reached without TLS, whatever another key says.
  void check_scheme(const Server& server) {
    const Setting* const tls = server.settings().find("tls");
    if (tls == nullptr || !tls->readable()) {
      return;
    }
    const auto against =
        server->tls == Tls::kOff ? ServerAddress::Scheme::kHttps : ServerAddress::Scheme::kHttp;
    const bool conflict =
        std::any_of(server->endpoints.begin(), server->endpoints.end(),
                    [against](const ServerAddress& address) { return address.scheme == against; });
    if (conflict) {
      Finding& finding =
          error(code::kConflictingKeys, tls->place.span,
                fmt::format("`tls` of [server.{}] contradicts its address", server->name));
      finding.related = {{.span = server.place_of({"endpoint", "endpoints"}),
                          .label = server->tls == Tls::kOff ? "https is TLS" : "http is not TLS"}};
      finding.help = "leave `tls` out, or write the scheme that goes with it";
    }
  }

  // libpq would quietly speak in the clear there, and nobody can listen in.
  void check_socket(const Server& server) {
    const Setting* const tls = server.settings().find("tls");
    const bool local = std::any_of(server->endpoints.begin(), server->endpoints.end(), is_unix);
    const bool https = std::any_of(
        server->endpoints.begin(), server->endpoints.end(), [](const ServerAddress& address) {
          return is_unix(address) && address.scheme == ServerAddress::Scheme::kHttps;
        });
    if (!https && (!local || tls == nullptr || !tls->readable() || server->tls == Tls::kOff)) {
      return;
    }
    error(code::kConflictingKeys, server.place_of({"tls", "endpoint", "endpoints"}),
          fmt::format("[server.{}] asks for TLS over a Unix socket", server->name))
        .help =
        "a Unix socket does not leave this host: leave `tls` out, and write http, not https";
  }

  void check_certificates(const Server& server) {
    const Setting* const cert = server.settings().find("cert");
    const Setting* const key = server.settings().find("key");
    if ((cert == nullptr) != (key == nullptr)) {
      const Setting& alone = cert == nullptr ? *key : *cert;
      error(code::kKeyNeedsAnother, alone.key,
            fmt::format("`{}` needs `{}`", alone.field->key, cert == nullptr ? "cert" : "key"))
          .help = "a certificate is of use only with its private key";
    }
    for (const std::string_view name : {"ca", "cert", "key"}) {
      const Setting* const setting = server.settings().find(name);
      if (setting != nullptr && server->tls == Tls::kOff && server.usable({"tls"})) {
        without_effect(*setting, "tls is \"off\"");
      }
    }
  }

  void check_balance(const Server& server) {
    const Setting* const balance = server.settings().find("balance");
    if (balance != nullptr && server->endpoints.size() == 1) {
      without_effect(*balance, "the server has one endpoint");
    }
  }

  void check_budget(const Server& server) {
    if (server.states("max_connections")) {
      return;
    }
    for (const std::string_view key : {"reserved", "share"}) {
      if (const Setting* const setting = server.settings().find(key)) {
        without_effect(*setting, "there is no `max_connections` to take it from");
      }
    }
  }

  void check_via(const Server& server) {
    if (!server.usable({"via", "backend"}) || server->via == Via::kDirect) {
      return;
    }
    const bool fits =
        server->backend == (server->via == Via::kProxysql ? Backend::kMysql : Backend::kPostgres);
    if (!fits) {
      error(code::kNotOfBackend, server.place_of({"via"}),
            fmt::format("that pooler does not speak to {}", name_of(server->backend)))
          .help = "pgbouncer is for PostgreSQL, proxysql for MySQL; \"direct\" is none";
    }
  }

  void check_use(const Server& server) {
    const bool used = used_servers_.contains(server->name) ||
                      policy_.named_servers.find(server->name) != policy_.named_servers.end();
    if (!used && every_server_known_) {
      warning(code::kUnusedServer, server->span,
              fmt::format("no pool uses [server.{}]", server->name));
    }
  }

  void check_server(const Pool& pool) {
    if (!pool.states("server") || !pool.usable({"server"}) || server_of(pool) != nullptr) {
      return;
    }
    std::vector<std::string_view> names;
    for (const ServerPolicy& server : set_.servers) {
      names.push_back(server.name);
    }
    Finding& finding = error(code::kUnknownServer, pool.place_of({"server"}),
                             fmt::format("unknown server `{}`", pool->server));
    finding.label = did_you_mean(pool->server, names);
    finding.help = names.empty() ? fmt::format("add a [server.{}] table", pool->server)
                                 : "servers are " + listed(names);
  }

  // [defaults] and classes may hold what only some of their pools can use; a pool may not.
  void check_backend(const Pool& pool) {
    const ServerPolicy* const server = server_of(pool);
    if (server == nullptr) {
      return;
    }
    for (const Field& field : fields_of(Section::kPool)) {
      const Setting* const setting =
          field.backends.has(server->backend) ? nullptr : pool.settings().find_own(field);
      if (setting != nullptr) {
        without_effect(*setting, fmt::format("{} has no use for it", name_of(server->backend)));
      }
    }
  }

  void check_idle(const Pool& pool) {
    const bool known = pool->size > 0 && pool.usable({"size", "min_idle", "max_idle"});
    if (known && pool->min_idle > pool->size) {
      Finding& finding =
          error(code::kMinIdleAboveSize, pool.place_of({"min_idle"}),
                fmt::format("`min_idle` of pool `{}` is above its size", pool->name));
      finding.label = fmt::format("the size is {}", pool->size);
      finding.help = "write a share such as \"100%\" to follow the size";
    } else if (known && pool->max_idle < pool->min_idle) {
      Finding& finding =
          error(code::kMaxIdleBelowMinIdle, pool.place_of({"max_idle", "min_idle"}),
                fmt::format("`max_idle` of pool `{}` is below its min_idle", pool->name));
      finding.label = fmt::format("max_idle {}, min_idle {}", pool->max_idle, pool->min_idle);
      finding.help = "every connection above max_idle would be closed and opened again";
    }
  }

  void check_validation(const Pool& pool) {
    if (!pool.usable({"validate_timeout", "acquire_timeout"}) ||
        pool->validate_timeout < pool->acquire_timeout) {
      return;
    }
    Finding& finding =
        error(code::kValidateTooSlow, pool.place_of({"validate_timeout", "acquire_timeout"}),
              fmt::format("`validate_timeout` of pool `{}` is not below its acquire_timeout",
                          pool->name));
    finding.label = fmt::format("validate_timeout {}, acquire_timeout {}",
                                to_text(pool->validate_timeout), to_text(pool->acquire_timeout));
    finding.help =
        "lower validate_timeout: one probe of a dead connection would use up a caller's whole time";
  }

  void check_backoff(const Pool& pool) {
    if (!pool.usable({"backoff_base", "backoff_cap"}) || pool->backoff_base <= pool->backoff_cap) {
      return;
    }
    Finding& finding =
        error(code::kBackoffOrder, pool.place_of({"backoff_base", "backoff_cap"}),
              fmt::format("`backoff_base` of pool `{}` is above its backoff_cap", pool->name));
    finding.label = fmt::format("backoff_base {}, backoff_cap {}", to_text(pool->backoff_base),
                                to_text(pool->backoff_cap));
  }

  void check_overflow(const Pool& pool) {
    if (!pool.usable({"overflow", "overflow_max"})) {
      return;
    }
    const bool opens = pool->overflow == Overflow::kOpenAndClose;
    const Setting* const most = pool.settings().find("overflow_max");
    if (opens && pool->overflow_max == 0) {
      error(code::kKeyNeedsAnother, pool.place_of({"overflow"}),
            "`overflow = \"open-and-close\"` needs `overflow_max`")
          .help = "write how many connections it may open above `size`: overflow_max = ...";
    } else if (!opens && most != nullptr && pool->overflow_max > 0) {
      without_effect(*most, "only `overflow = \"open-and-close\"` looks at it");
    }
  }

  void check_retirement(const Pool& pool) {
    if (pool.usable({"max_lifetime"}) && pool->max_lifetime == Duration::zero()) {
      warning(code::kNoLifetime, pool.place_of({"max_lifetime"}),
              fmt::format("connections of pool `{}` never grow too old", pool->name))
          .help = "servers leak and balancers rebalance: a max_lifetime such as \"30m\" helps both";
    } else if (pool.usable({"max_lifetime", "lifetime_jitter"}) && pool->lifetime_jitter == 0) {
      warning(code::kNoJitter, pool.place_of({"lifetime_jitter"}),
              fmt::format("connections of pool `{}` that open together end together", pool->name))
          .help = "a lifetime_jitter such as \"25%\" spreads them";
    }
    const bool closes_first = pool->idle_timeout > Duration::zero() && pool->min_idle == 0 &&
                              pool->keepalive >= pool->idle_timeout;
    if (pool->size > 0 && pool.usable({"idle_timeout", "keepalive", "min_idle"}) && closes_first) {
      warning(code::kKeepaliveNeverDue, pool.place_of({"keepalive", "idle_timeout"}),
              fmt::format("`keepalive` of pool `{}` never comes due", pool->name))
          .label = fmt::format("idle connections are closed after {}", to_text(pool->idle_timeout));
    }
  }

  // Whatever cuts the connection would do so before its pool closes or probes it.
  void check_cutoff(const Pool& pool) {
    const ServerPolicy* const server = server_of(pool);
    if (server == nullptr || server->path_idle_cutoff == Duration::zero()) {
      return;
    }
    for (const auto& [key, value] :
         {std::pair{"idle_timeout", pool->idle_timeout}, std::pair{"keepalive", pool->keepalive}}) {
      if (pool.usable({key}) && value >= server->path_idle_cutoff) {
        report_cutoff(pool, key, value, *server);
      }
    }
    const bool checked = pool->health_interval != Duration::zero() &&
                         pool->health_interval < server->path_idle_cutoff;
    const bool never_looks =
        pool->idle_timeout == Duration::zero() && pool->keepalive == Duration::zero() && !checked;
    if (never_looks && pool.usable({"idle_timeout", "keepalive", "health_interval"})) {
      report_cutoff(pool, "idle_timeout", pool->idle_timeout, *server);
    }
  }

  void report_cutoff(const Pool& pool, std::string_view key, Duration value,
                     const ServerPolicy& server) {
    Finding& finding =
        error(code::kAbovePathCutoff, pool.place_of({key}),
              fmt::format("`{}` of pool `{}` is not below its server's path_idle_cutoff", key,
                          pool->name));
    finding.label = fmt::format("{} {}, path_idle_cutoff {}", key,
                                value == Duration::zero() ? "off" : to_text(value),
                                to_text(server.path_idle_cutoff));
    finding.help = "the path would cut idle connections before the pool looks after them";
    const Setting* const cutoff = server_table(pool)->settings.find("path_idle_cutoff");
    finding.related = {{.span = cutoff->place.span, .label = "defined here"}};
  }

  void check_patience(const Pool& pool) {
    if (pool.usable({"acquire_timeout"}) && pool->acquire_timeout > kPatience) {
      warning(code::kLongAcquire, pool.place_of({"acquire_timeout"}),
              fmt::format("callers of pool `{}` may wait longer than {}", pool->name,
                          to_text(kPatience)))
          .help = "long waits hide outages and pile up callers";
    }
  }

  // Keys that only mean something beside another.
  void check_companions(const Pool& pool) {
    const Setting* const leases = pool.settings().find("leases_per_thread");
    if (leases != nullptr && !pool.states("threads")) {
      without_effect(*leases, "the deadlock floor needs `threads`, too");
    }
    for (const std::string_view key : {"retry_on", "retry_backoff"}) {
      const Setting* const setting = pool.settings().find(key);
      if (setting != nullptr && pool->max_retries == 0 && pool.usable({"max_retries"})) {
        without_effect(*setting, "max_retries is 0");
      }
    }
  }

  const LayeredPolicy& policy_;
  const PolicySet& set_;
  std::unordered_map<std::string_view, std::size_t> servers_;
  std::unordered_set<std::string_view> used_servers_;
  // A pool whose server is not known may mean any, so that none can be called unused.
  bool every_server_known_ = true;
  Findings findings_;
};

}  // namespace

Findings validate(const LayeredPolicy& policy, const PolicySet& set) {
  return Rules(policy, set).findings();
}

}  // namespace millpond::policy
