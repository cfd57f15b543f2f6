#include "millpond/policy/fd_fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "millpond/policy/fd_budget.h"
#include "millpond/policy/finding_codes.h"

namespace millpond::policy {
namespace {

constexpr std::size_t kMostNamed = 5;

// "1382" as "1,382".
std::string grouped(std::int64_t number) {
  std::string text = fmt::format("{}", number);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, 1, ',');
  }
  return text;
}

// A limit that holds twice what is needed, as limits are usually written.
std::int64_t next_power_of_two(std::int64_t number) {
  std::int64_t power = 1024;
  while (power < number) {
    power *= 2;
  }
  return power;
}

class Fitter {
 public:
  Fitter(const LayeredPolicy& policy, const Host& host, PolicySet& set)
      : policy_(policy), limits_(*host.descriptors), set_(set) {
    for (const ServerPolicy& server : set_.servers) {
      backends_.emplace(server.name, server.backend);
    }
    for (const PoolPolicy& pool : set_.pools) {
      pools_.push_back({.connections = pool.most_sessions(),
                        .backend = backend_of(pool),
                        .dials = pool.max_concurrent_dials});
    }
    outside_ = {.open_now = limits_.open, .reserve = set_.process.fd_reserve};
    need_ = worst_case(pools_, outside_);
    soft_ = soft_limit(set_.process, limits_);
  }

  Findings findings() {
    check_raise();
    if (need_.total() <= soft_) {
      return std::move(findings_);
    }
    if (set_.process.on_fd_shortfall == OnFdShortfall::kClamp) {
      clamp();
    } else {
      report_shortfall(set_.process.on_fd_shortfall == OnFdShortfall::kWarn ? Severity::kWarning
                                                                            : Severity::kError);
    }
    return std::move(findings_);
  }

 private:
  Backend backend_of(const PoolPolicy& pool) const {
    const auto found = backends_.find(pool.server);
    return found == backends_.end() ? Backend::kPostgres : found->second;
  }

  void check_raise() {
    const Setting* const raise = policy_.process.settings.find("raise_nofile");
    const std::int64_t asked = set_.process.raise_nofile;
    if (raise == nullptr || asked == kUnlimited || asked <= limits_.hard) {
      return;
    }
    findings_.push_back(
        {.code = code::kDescriptors,
         .span = raise->place.span,
         .message = fmt::format("raise_nofile asks for {} descriptors, the hard limit is {}",
                                grouped(asked), grouped(limits_.hard)),
         .help = "write \"hard\", or raise the hard limit where the service is started"});
  }

  // "orders-write 60×1, api 400×3, dials 16, outside pools 42, reserve 64"
  std::string parts() const {
    std::vector<std::size_t> order(pools_.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      order[i] = i;
    }
    const auto weight = [this](std::size_t i) {
      return pools_[i].connections * descriptors_per_connection(pools_[i].backend);
    };
    const std::size_t named = std::min(order.size(), kMostNamed);
    std::stable_sort(order.begin(), order.end(),
                     [weight](std::size_t a, std::size_t b) { return weight(a) > weight(b); });
    std::string text;
    for (std::size_t i = 0; i < named; ++i) {
      const FdPool& pool = pools_[order[i]];
      text += fmt::format("{} {}×{}, ", set_.pools[order[i]].name, pool.connections,
                          descriptors_per_connection(pool.backend));
    }
    if (named < order.size()) {
      text += fmt::format("{} more pools, ", order.size() - named);
    }
    return fmt::format("{}dials {}, outside pools {}, reserve {}", text, need_.dials, need_.outside,
                       need_.reserve);
  }

  std::string remedy() const {
    const std::int64_t enough = next_power_of_two(need_.total());
    const std::string unit =
        fmt::format("LimitNOFILE={}:{} in the unit", enough, std::max(enough, limits_.hard));
    return need_.total() <= limits_.hard
               ? fmt::format("{}, or process.raise_nofile = \"hard\"", unit)
               : unit;
  }

  Span place() const {
    for (const std::string_view key : {"on_fd_shortfall", "raise_nofile", "fd_reserve"}) {
      if (const Setting* const stated = policy_.process.settings.find(key)) {
        return stated->place.span;
      }
    }
    return {.file = policy_.file};
  }

  void report_shortfall(Severity severity) {
    findings_.push_back(
        {.code = code::kDescriptors,
         .severity = severity,
         .span = place(),
         .message = fmt::format("file descriptors: this policy can need {}, the soft limit is {}",
                                grouped(need_.total()), grouped(soft_)),
         .help = remedy(),
         .notes = {parts()}});
  }

  void clamp() {
    const std::vector<std::int64_t> shrunk = shrunk_to(soft_, pools_, outside_);
    std::size_t smaller = 0;
    std::vector<std::string> changes;
    for (std::size_t i = 0; i < shrunk.size(); ++i) {
      PoolPolicy& pool = set_.pools[i];
      if (shrunk[i] < pool.sizing.floor) {
        report_shortfall(Severity::kError);
        findings_.back().notes.push_back(fmt::format("pool `{}` would get {}, its floor is {}",
                                                     pool.name, shrunk[i], pool.sizing.floor));
        return;
      }
      if (shrunk[i] < pool.size && ++smaller <= kMostNamed) {
        changes.push_back(fmt::format("{} {} → {}", pool.name, pool.size, shrunk[i]));
      }
    }
    for (std::size_t i = 0; i < shrunk.size(); ++i) {
      shrink(set_.pools[i], shrunk[i]);
    }
    report_shortfall(Severity::kWarning);
    findings_.back().code = code::kClamped;
    findings_.back().label =
        fmt::format("{} of {} pools are smaller than they want", smaller, shrunk.size());
    findings_.back().notes.push_back(fmt::format("{}{}", fmt::join(changes, ", "),
                                                 smaller > changes.size() ? ", and so on" : ""));
  }

  // Overflow goes first, then the spare: without one, a connection is replaced when it comes back.
  void shrink(PoolPolicy& pool, std::int64_t connections) const {
    if (connections < pool.size) {
      pool.size = connections;
      pool.sizing.cap = connections;
      pool.sizing.cap_reason = fmt::format("its part of {} file descriptors", grouped(soft_));
    }
    pool.rotation_spare = std::min(pool.rotation_spare, connections - pool.size);
    pool.overflow_max = std::min(pool.overflow_max, connections - pool.size - pool.rotation_spare);
  }

  const LayeredPolicy& policy_;
  const DescriptorLimits& limits_;
  PolicySet& set_;
  std::unordered_map<std::string_view, Backend> backends_;
  std::vector<FdPool> pools_;
  FdOutside outside_;
  FdNeed need_;
  std::int64_t soft_ = 0;
  Findings findings_;
};

}  // namespace

Findings fit_descriptors(const LayeredPolicy& policy, const Host& host, PolicySet& set) {
  const bool sized = std::all_of(set.pools.begin(), set.pools.end(),
                                 [](const PoolPolicy& pool) { return pool.size > 0; });
  return host.descriptors && sized ? Fitter(policy, host, set).findings() : Findings{};
}

}  // namespace millpond::policy
