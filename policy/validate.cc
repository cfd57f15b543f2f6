#include "millpond/policy/validate.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "millpond/policy/duration.h"
#include "millpond/policy/finding_codes.h"
#include "millpond/policy/server_address.h"
#include "millpond/policy/suggestion.h"

namespace millpond::policy {
namespace {

using namespace std::chrono_literals;

constexpr Duration kPatience = 10s;

// One pool or server with the text it came from.
template <class Policy>
class Subject {
 public:
  Subject(const StatedTable& table, const Policy& policy) : table_(table), policy_(policy) {}

  const Policy* operator->() const { return &policy_; }

  bool usable(std::initializer_list<std::string_view> keys) const {
    return std::all_of(keys.begin(), keys.end(),
                       [this](std::string_view key) { return table_.settings.usable(key); });
  }
  bool states(std::string_view key) const { return table_.settings.find(key) != nullptr; }

  // Where the first stated of the keys has its value; else the table's header.
  Span place_of(std::initializer_list<std::string_view> keys) const {
    for (const std::string_view key : keys) {
      if (const Setting* const setting = table_.settings.find(key)) {
        return setting->span;
      }
    }
    return table_.header;
  }

 private:
  const StatedTable& table_;
  const Policy& policy_;
};

using Pool = Subject<PoolPolicy>;
using Server = Subject<ServerPolicy>;

class Rules {
 public:
  Rules(const Document& document, const PolicySet& set) : document_(document), set_(set) {}

  Findings findings() {
    if (document_.pools.empty()) {
      error(code::kNoPools, {.file = document_.file}, "the file declares no pool").help =
          "add a [pool.NAME] table with `server = \"...\"`";
    }
    for (std::size_t i = 0; i < set_.servers.size(); ++i) {
      const Server server(document_.servers[i], set_.servers[i]);
      check_tls(server);
      check_use(server);
    }
    for (std::size_t i = 0; i < set_.pools.size(); ++i) {
      const Pool pool(document_.pools[i], set_.pools[i]);
      check_server(pool);
      check_sizes(pool);
      check_validation(pool);
      check_backoff(pool);
      check_retirement(pool);
      check_patience(pool);
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

  void check_tls(const Server& server) {
    const std::string fix = fmt::format(
        "write `tls = \"off\"` in [server.{}] if the network between is trusted", server->name);
    if (!server.usable({"tls"})) {
      return;
    }
    if (server->tls != Tls::kOff) {
      Finding& finding =
          error(code::kTlsNotYet, server.place_of({"tls"}), "TLS comes with a later release");
      finding.label = "only \"off\" works in this release";
      finding.help = fix;
      return;
    }
    const bool known = !server->address.host.empty();
    if (known && !server.states("tls") && !is_loopback(server->address.host)) {
      Finding& finding =
          error(code::kTlsNotYet, server.place_of({"endpoint"}),
                fmt::format("[server.{}] does not state `tls`, and TLS comes with a later release",
                            server->name));
      finding.label = "not on this host";
      finding.help = fix;
    }
  }

  // A pool whose server is not known may mean any, so that none can be called unused.
  bool every_server_known() const {
    return std::all_of(set_.pools.begin(), set_.pools.end(), [this](const PoolPolicy& pool) {
      return set_.server(pool.server) != nullptr;
    });
  }

  void check_use(const Server& server) {
    const bool used = std::any_of(set_.pools.begin(), set_.pools.end(),
                                  [&](const auto& pool) { return pool.server == server->name; });
    if (!used && every_server_known()) {
      warning(code::kUnusedServer, server->span,
              fmt::format("no pool uses [server.{}]", server->name));
    }
  }

  void check_server(const Pool& pool) {
    if (!pool.states("server") || !pool.usable({"server"}) || set_.server(pool->server)) {
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

  void check_sizes(const Pool& pool) {
    const bool known = pool->size > 0 && pool.usable({"size", "min_idle"});
    if (known && pool->min_idle > pool->size) {
      Finding& finding =
          error(code::kMinIdleAboveSize, pool.place_of({"min_idle"}),
                fmt::format("`min_idle` of pool `{}` is above its size", pool->name));
      finding.label = fmt::format("the size is {}", pool->size);
      finding.help = "write a share such as \"100%\" to follow the size";
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
    finding.help = "one probe of a dead connection would use up a caller's whole time";
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

  void check_patience(const Pool& pool) {
    if (pool.usable({"acquire_timeout"}) && pool->acquire_timeout > kPatience) {
      warning(code::kLongAcquire, pool.place_of({"acquire_timeout"}),
              fmt::format("callers of pool `{}` may wait longer than {}", pool->name,
                          to_text(kPatience)))
          .help = "long waits hide outages and pile up callers";
    }
  }

  const Document& document_;
  const PolicySet& set_;
  Findings findings_;
};

}  // namespace

Findings validate(const Document& document, const PolicySet& set) {
  return Rules(document, set).findings();
}

}  // namespace millpond::policy
