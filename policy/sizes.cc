#include "millpond/policy/sizes.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "millpond/policy/expression/expression.h"
#include "millpond/policy/fd_budget.h"
#include "millpond/policy/fd_fit.h"
#include "millpond/policy/fields.h"
#include "millpond/policy/finding_codes.h"
#include "millpond/policy/pool_size.h"
#include "millpond/policy/server_budget.h"
#include "millpond/policy/sizing.h"

namespace millpond::policy {
namespace {

std::optional<Quantity> count_of(std::int64_t number) {
  const auto whole = Rational::of(number, 1);
  return whole ? std::optional<Quantity>(*whole) : std::nullopt;
}

std::string percent(double share) {
  return fmt::format("{:.12g}%", share * 100);
}

// One limit that a pool's sessions have to fit into.
struct Cap {
  std::int64_t sessions = kUnlimited;
  std::string reason{};
};

class Sizer {
 public:
  Sizer(const LayeredPolicy& policy, const Host& host, PolicySet& set)
      : policy_(policy),
        host_(host),
        set_(set),
        fleet_{.instances = set.fleet.instances, .surge = set.fleet.surge} {
    if (set.fleet.instances == kLive) {
      fleet_.instances = std::max<std::int64_t>(set.fleet.max_instances, 1);
    }
  }

  Findings findings() {
    for (std::size_t i = 0; i < set_.servers.size(); ++i) {
      servers_.emplace(set_.servers[i].name, i);
      budget_server(set_.servers[i], policy_.servers[i]);
    }
    weights_.resize(set_.servers.size(), 0);
    for (const PoolPolicy& pool : set_.pools) {
      if (const auto server = servers_.find(pool.server); server != servers_.end()) {
        weights_[server->second] += pool.weight;
      }
    }
    for (std::size_t i = 0; i < set_.pools.size(); ++i) {
      size_pool(set_.pools[i], policy_.pools[i]);
    }
    return std::move(findings_);
  }

 private:
  Finding& find(const char* code, Span span, std::string message) {
    findings_.push_back({.code = code, .span = std::move(span), .message = std::move(message)});
    return findings_.back();
  }

  static bool has_budget(const ServerPolicy& server) {
    return server.max_connections != kUnlimited && server.max_connections != kProbe;
  }

  static ServerBudget budget_of(const ServerPolicy& server) {
    return {server.max_connections, server.reserved, server.share};
  }

  void budget_server(ServerPolicy& server, const LayeredTable& table) {
    const bool usable = table.settings.usable("max_connections") &&
                        table.settings.usable("reserved") && table.settings.usable("share");
    if (!has_budget(server) || !usable) {
      return;
    }
    if (server.reserved >= server.max_connections) {
      const Setting* const reserved = table.settings.find("reserved");
      const Setting* const most = table.settings.find("max_connections");
      find(code::kReservedAboveMost, (reserved == nullptr ? most : reserved)->place.span,
           fmt::format("[server.{}] reserves {} of {} connections: none is left", server.name,
                       server.reserved, server.max_connections));
      return;
    }
    server.fair = fair_share(usable_sessions(budget_of(server)), fleet_);
  }

  const ServerPolicy* server_of(const PoolPolicy& pool) const {
    const auto found = servers_.find(pool.server);
    return found == servers_.end() ? nullptr : &set_.servers[found->second];
  }

  std::int64_t total_weight_on(const PoolPolicy& pool) const {
    return weights_[servers_.at(pool.server)];
  }

  Variables variables_for(const ServerPolicy& server) const {
    const std::string no_cores = fmt::format("write `cores = ...` in [server.{}]", server.name);
    const std::string no_most =
        server.max_connections == kProbe
            ? "`max_connections = \"probe\"` is not known here: write the number"
            : fmt::format("write `max_connections = ...` in [server.{}]", server.name);
    const bool budget = has_budget(server);
    const auto cores = Rational::near(set_.process.cores > 0 ? set_.process.cores : host_.cores);
    const auto& fds = host_.descriptors;
    const std::string no_fds = "this host's limit of descriptors is not known";
    const auto descriptors = [&](std::int64_t number) {
      return fds ? count_of(number) : std::nullopt;
    };
    const std::int64_t soft = fds ? soft_limit(set_.process, *fds) : 0;
    const std::int64_t free = fds ? soft - fds->open - set_.process.fd_reserve : 0;
    return {
        {"server.cores", server.cores == 0 ? std::nullopt : count_of(server.cores), no_cores},
        {"server.spindles", count_of(server.spindles), {}},
        {"server.max", budget ? count_of(server.max_connections) : std::nullopt, no_most},
        {"server.usable", budget ? count_of(usable_sessions(budget_of(server))) : std::nullopt,
         no_most},
        {"host.cores", cores ? std::optional<Quantity>(*cores) : std::nullopt,
         "this host's number of cores is not known"},
        {"fleet.instances", count_of(fleet_.instances), {}},
        {"fleet.fair", server.fair == kUnlimited ? std::nullopt : count_of(server.fair), no_most},
        {"fd.soft", descriptors(soft), no_fds},
        {"fd.hard", descriptors(fds ? fds->hard : 0), no_fds},
        {"fd.free", descriptors(std::max<std::int64_t>(free, 0)), no_fds},
    };
  }

  // Nothing when the formula has a fault; its finding has been made.
  std::optional<SizedPool> evaluate_size(const LayeredTable& table, const ServerPolicy* server) {
    const Field& field = *find_field(Section::kPool, "size");
    const Setting* const setting = table.settings.find(field);
    if (setting != nullptr && (!setting->readable() || server == nullptr)) {
      return std::nullopt;
    }
    const std::string formula =
        setting == nullptr ? std::string(field.fallback) : std::get<Formula>(setting->value).text;
    auto sized = size_of(formula, server == nullptr ? Variables{} : variables_for(*server));
    if (sized) {
      return *std::move(sized);
    }
    // The default is a number; only a stated formula can have a fault.
    if (setting != nullptr) {
      findings_.push_back(finding_at(setting->place, sized.error()));
    }
    return std::nullopt;
  }

  void set_floor(PoolPolicy& pool) const {
    const bool counted = pool.threads > 0;
    const std::int64_t deadlock =
        counted ? deadlock_floor(pool.threads, pool.leases_per_thread) : 1;
    pool.sizing.floor = std::max(pool.min_size, deadlock);
    pool.sizing.floor_reason =
        deadlock > pool.min_size
            ? fmt::format("deadlock floor {} × ({} - 1) + 1", pool.threads, pool.leases_per_thread)
            : fmt::format("min_size {}", pool.min_size);
  }

  // What the server's budget leaves to this pool.
  Cap server_cap(const PoolPolicy& pool, const ServerPolicy& server) const {
    if (server.fair == kUnlimited) {
      return {};
    }
    const Weight weight{pool.weight, total_weight_on(pool)};
    const std::string part = weight.weight == weight.total
                                 ? ""
                                 : fmt::format(" × weight {}/{}", weight.weight, weight.total);
    const std::int64_t surge = surging_instances(fleet_);
    return {
        part_of(server.fair, weight),
        fmt::format("fair share {}{} (server.{}: max {}, reserved {}, share {}, {}{} instance{})",
                    server.fair, part, server.name, server.max_connections, server.reserved,
                    percent(server.share), fleet_.instances,
                    surge == 0 ? "" : fmt::format("+{}", surge),
                    fleet_.instances + surge == 1 ? "" : "s")};
  }

  // Connections to one address need a local port each.
  Cap port_cap(const PoolPolicy& pool) const {
    if (!host_.ephemeral_ports) {
      return {};
    }
    const Weight weight{pool.weight, total_weight_on(pool)};
    return {part_of(*host_.ephemeral_ports, weight),
            fmt::format("{} ephemeral ports × weight {}/{}", *host_.ephemeral_ports, weight.weight,
                        weight.total)};
  }

  // The sessions that the budgets leave to a pool and its rotation spare. Ports are so many that
  // they are worth a word only where they bind.
  Cap budget_cap(const PoolPolicy& pool, const ServerPolicy& server) const {
    Cap of_server = server_cap(pool, server);
    Cap of_ports = port_cap(pool);
    const bool bind =
        of_ports.sessions <= pool.sizing.want && of_ports.sessions < of_server.sessions;
    return bind ? of_ports : of_server;
  }

  static void keep_lower(Sizing& sizing, Cap cap) {
    if (cap.sessions < sizing.cap) {
      sizing.cap = cap.sessions;
      sizing.cap_reason = std::move(cap.reason);
    }
  }

  // A spare that the file asks for is kept free; without, it is what the size leaves.
  static std::optional<std::int64_t> stated_spare(const LayeredTable& table) {
    const Setting* const spare = table.settings.find("rotation_spare");
    const bool readable = spare != nullptr && spare->readable();
    return readable ? std::optional(std::get<std::int64_t>(spare->value)) : std::nullopt;
  }

  static Cap less(Cap cap, const char* key, std::int64_t sessions) {
    if (sessions == 0 || cap.sessions == kUnlimited) {
      return cap;
    }
    return {std::max<std::int64_t>(cap.sessions - sessions, 0),
            fmt::format("{} - {} {}", cap.reason, key, sessions)};
  }

  void size_pool(PoolPolicy& pool, const LayeredTable& table) {
    const ServerPolicy* const server = server_of(pool);
    auto sized = evaluate_size(table, server);
    if (!sized) {
      return;
    }
    pool.sizing = std::move(sized->sizing);
    pool.sizing.want = sized->want;
    set_floor(pool);
    const Cap budget = server == nullptr ? Cap{} : budget_cap(pool, *server);
    const auto spare = stated_spare(table);
    const std::int64_t overflow = pool.overflow_sessions();
    keep_lower(pool.sizing,
               less(less(budget, "rotation_spare", spare.value_or(0)), "overflow_max", overflow));
    keep_lower(pool.sizing, {pool.max, fmt::format("max {}", pool.max)});
    const FittedSize fitted =
        fit_size({.want = sized->want, .floor = pool.sizing.floor, .cap = pool.sizing.cap});
    pool.size = fitted.size;
    pool.rotation_spare =
        spare.value_or(std::clamp<std::int64_t>(budget.sessions - pool.size - overflow, 0, 1));
    report(pool, table, fitted.fit);
  }

  void report(const PoolPolicy& pool, const LayeredTable& table, Fit fit) {
    const Setting* const size = table.settings.find("size");
    if (fit == Fit::kFloorAboveCap) {
      report_floor(pool, table);
    } else if (fit == Fit::kCapped) {
      report_cap(pool, table, size);
    } else if (fit == Fit::kRaised && size != nullptr && pool.sizing.want < 1) {
      report_nothing_wanted(pool, *size);
    } else if (fit == Fit::kRaised && pool.sizing.floor > pool.min_size && size != nullptr &&
               is_number(*size)) {
      report_raise(pool, *size);
    }
  }

  // A slip of sign or unit would make a pool of one connection out of a large one.
  void report_nothing_wanted(const PoolPolicy& pool, const Setting& size) {
    Finding& finding = find(code::kNothingWanted, size.place.span,
                            fmt::format("the size of pool `{}` comes out as {} and is raised to {}",
                                        pool.name, pool.sizing.want, pool.size));
    finding.severity = Severity::kWarning;
    finding.notes = {pool.sizing.steps,
                     fmt::format("floor {} = {}", pool.sizing.floor, pool.sizing.floor_reason)};
    finding.help = "look for a wrong sign or unit; max(1, ...) around it says that it is meant";
  }

  static bool is_number(const Setting& size) {
    const std::string& formula = std::get<Formula>(size.value).text;
    return formula.find_first_not_of("0123456789") == std::string::npos;
  }

  // A formula is raised to its floor; a plain number below it contradicts the file's own words.
  void report_raise(const PoolPolicy& pool, const Setting& size) {
    Finding& finding =
        find(code::kBelowDeadlockFloor, size.place.span,
             fmt::format("the size of pool `{}` is below its deadlock floor", pool.name));
    finding.label = fmt::format("at least {}", pool.sizing.floor);
    finding.notes = {fmt::format("{} = {}", pool.sizing.floor, pool.sizing.floor_reason)};
    finding.help = "fewer could leave every thread waiting for another's connection";
  }

  void relate_budget(Finding& finding, const PoolPolicy& pool) const {
    const auto server = servers_.find(pool.server);
    const bool from_server = pool.sizing.cap_reason.starts_with("fair");
    if (server != servers_.end() && from_server) {
      const LayeredTable& table = policy_.servers[server->second];
      finding.related.push_back({.span = table.settings.find("max_connections")->place.span,
                                 .label = "the server's budget"});
    }
    finding.notes.push_back(fmt::format("cap {} = {}", pool.sizing.cap, pool.sizing.cap_reason));
  }

  void report_floor(const PoolPolicy& pool, const LayeredTable& table) {
    const Setting* stated = table.settings.find("min_size");
    if (pool.sizing.floor > pool.min_size || stated == nullptr) {
      stated = table.settings.find("threads");
    }
    const bool own_words = pool.sizing.floor == pool.min_size && pool.sizing.cap == pool.max;
    Finding& finding =
        find(own_words ? code::kMinSizeAboveMax : code::kFloorAboveCap,
             stated == nullptr ? table.header : stated->place.span,
             fmt::format("pool `{}` needs at least {} connection{} and may have {}", pool.name,
                         pool.sizing.floor, pool.sizing.floor == 1 ? "" : "s", pool.sizing.cap));
    if (own_words) {
      finding.help = "raise `max` or lower `min_size`";
      return;
    }
    finding.notes.push_back(
        fmt::format("floor {} = {}", pool.sizing.floor, pool.sizing.floor_reason));
    relate_budget(finding, pool);
    finding.help = fmt::format(
        "{}give the pool more: its weight, its server's share or max_connections, fewer "
        "instances{}",
        pool.sizing.floor == 1 ? "" : "lower the floor, or ",
        stated_spare(table).value_or(0) > 0 ? ", a smaller rotation_spare" : "");
  }

  void report_cap(const PoolPolicy& pool, const LayeredTable& table, const Setting* size) {
    const bool clamps = pool.on_over_budget == OnOverBudget::kClamp;
    Finding& finding =
        find(clamps ? code::kClamped : code::kOverBudget,
             size == nullptr ? table.header : size->place.span,
             fmt::format("pool `{}` wants {} connections and {} {}", pool.name, pool.sizing.want,
                         clamps ? "gets" : "may have", pool.sizing.cap));
    finding.severity = clamps ? Severity::kWarning : Severity::kError;
    finding.label = size == nullptr ? "the default size" : "";
    if (pool.sizing.steps != pool.sizing.formula) {
      finding.notes.push_back(fmt::format("want {}", pool.sizing.steps));
    }
    relate_budget(finding, pool);
    if (!clamps) {
      finding.help =
          fmt::format("lower the size or raise {}; on_over_budget = \"clamp\" takes what there is",
                      pool.sizing.cap == pool.max ? "`max`" : "the budget");
    }
  }

  const LayeredPolicy& policy_;
  const Host& host_;
  PolicySet& set_;
  Fleet fleet_;
  std::unordered_map<std::string_view, std::size_t> servers_;
  std::vector<std::int64_t> weights_;
  Findings findings_;
};

}  // namespace

Findings resolve_sizes(const LayeredPolicy& policy, const Host& host, PolicySet& set) {
  Findings findings = Sizer(policy, host, set).findings();
  for (Finding& finding : fit_descriptors(policy, host, set)) {
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace millpond::policy
