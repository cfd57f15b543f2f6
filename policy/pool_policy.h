// The limits and times of one workload, of one server, and of a whole process: immutable values
// that `policy/toml` makes from the operator's file and everything else only reads.
//
// Each key's default, bounds, and one-line description stand in policy/fields.h, nowhere else.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "millpond/policy/finding.h"

namespace millpond::policy {

// Every time in a policy. Microseconds hold 292,000 years; the option table bounds each key far
// below that, so sums of two cannot overflow.
using Duration = std::chrono::microseconds;

enum class Backend { kPostgres, kMysql, kRedis, kHttp };

// "postgres", "mysql", "redis", "http": the spelling of the policy file.
const char* name_of(Backend backend);

enum class Order { kLifo, kFifo };
enum class Validate { kNever, kAuto, kIdle, kAlways };
enum class Reset { kNone, kTransaction, kAuto, kFull };
enum class Tls { kOff, kRequire, kVerifyCa, kVerifyFull };
enum class Balance { kFailover, kRoundRobin, kLeastUsed };
enum class Via { kDirect, kPgbouncerTransaction, kPgbouncerSession, kProxysql };
enum class OnOverBudget { kFail, kClamp };
enum class Overload { kFifo, kShed };
enum class Overflow { kWait, kRefuse, kOpenAndClose };
enum class RetryBackoff { kFullJitter, kNone };
enum class RetryOn { kTransient, kConnect };
enum class OnFdShortfall { kFail, kClamp, kWarn };
enum class Reload { kWatch, kSignal, kOff };
enum class Sigpipe { kIgnore, kLeave };

// "No limit" of a count; the words "unlimited" and "none" of the file.
inline constexpr std::int64_t kUnlimited = std::numeric_limits<std::int64_t>::max();
// server.max_connections = "probe": the server is to be asked.
inline constexpr std::int64_t kProbe = -1;
// fleet.instances = "live": counted in the server itself.
inline constexpr std::int64_t kLive = 0;

// Where a secret is kept. The policy never holds the secret itself: a literal is an error.
struct SecretSource {
  enum class Kind { kNone, kEnvironment, kFile };
  Kind kind = Kind::kNone;
  std::string name{};         // of the variable, or the file's path
  Span span{};                // of the value in the policy file
  std::string source_line{};  // the text of that line, as far as it may be shown
};

// Where a server listens. `path` is the database (PostgreSQL, MySQL), the database number (Redis),
// or the base path (HTTP, with its leading slash).
struct ServerAddress {
  enum class Scheme { kNone, kHttp, kHttps };
  std::string host{};  // or the path of a Unix socket
  std::uint16_t port = 0;
  std::string path{};
  Scheme scheme = Scheme::kNone;  // HTTP only, where the file writes it
};

// How a pool came to its size, for `explain` and for the summary of a run.
struct Sizing {
  std::string formula{};  // as written: "ceil(hikari(server.cores, server.spindles) / 2)"
  std::string steps{};    // evaluated: "ceil(hikari(4, 1) / 2) = ceil(9 / 2) = 5"
  std::int64_t want = 0;  // what the formula gives, rounded up
  std::int64_t floor = 1;
  std::string floor_reason{};  // "min_size 1", "deadlock floor 8 * (2 - 1) + 1"
  std::int64_t cap = kUnlimited;
  std::string cap_reason{};  // "fair share 19 × weight 2/3 (...)"; empty without a cap
};

struct ServerPolicy {
  std::string name{};
  Backend backend = Backend::kPostgres;
  std::vector<ServerAddress> endpoints{};
  Balance balance = Balance::kFailover;
  std::string user{};
  SecretSource password{};
  Tls tls = Tls::kOff;
  std::string ca{};    // path of the file with the authorities' certificates
  std::string cert{};  // path of the client's certificate
  std::string key{};   // path of its private key
  std::int64_t max_connections = kUnlimited;
  std::int64_t reserved = 0;
  double share = 1;
  std::int64_t cores = 0;       // the server host's, for the formula; 0 = not stated
  std::int64_t spindles = 1;    // likewise
  Duration path_idle_cutoff{};  // 0 = none known
  Via via = Via::kDirect;
  std::int64_t fair = kUnlimited;  // resolved: one instance's sessions, for all its pools together
  Span span{};                     // of the [server.NAME] header
};

struct PoolPolicy {
  std::string name{};
  std::string server{};
  std::vector<std::string> inherit{};
  std::int64_t size = 0;  // resolved
  Sizing sizing{};
  std::int64_t min_size = 1;
  std::int64_t max = kUnlimited;
  std::int64_t min_idle = 0;  // resolved to a count
  std::int64_t max_idle = 0;  // likewise
  std::int64_t weight = 1;
  OnOverBudget on_over_budget = OnOverBudget::kFail;
  std::int64_t threads = 0;  // that borrow at the same time; 0 = not stated
  std::int64_t leases_per_thread = 1;
  Duration acquire_timeout{};
  std::int64_t max_waiters = 0;  // resolved
  Duration handoff_after{};
  Overload overload = Overload::kShed;
  Overflow overflow = Overflow::kWait;
  std::int64_t overflow_max = 0;
  Order order = Order::kLifo;
  Duration connect_timeout{};
  std::int64_t max_concurrent_dials = 0;
  Duration max_lifetime{};           // 0 = no limit
  double lifetime_jitter = 0;        // share of max_lifetime, subtracted at random
  double first_lifetime_jitter = 0;  // the same for the connections of a start
  std::int64_t rotation_spare = 0;   // resolved
  std::int64_t max_uses = kUnlimited;
  Duration idle_timeout{};  // 0 = no limit
  Duration keepalive{};     // 0 = off
  Validate validate = Validate::kAuto;
  Duration validate_after_idle{};
  Duration validate_timeout{};
  std::string probe{};
  Duration health_interval{};  // 0 = off
  Reset reset = Reset::kAuto;
  Duration reset_timeout{};
  Duration backoff_base{};
  Duration backoff_cap{};
  Duration read_timeout{};
  Duration write_timeout{};
  std::int64_t max_retries = 0;
  RetryBackoff retry_backoff = RetryBackoff::kFullJitter;
  RetryOn retry_on = RetryOn::kTransient;
  std::int64_t max_idle_total = kUnlimited;
  Duration tls_timeout{};
  Duration response_header_timeout{};
  Duration expect_continue_timeout{};
  std::int64_t max_header_bytes = 0;
  Duration drain_timeout{};
  Duration leak_after{};         // 0 = off
  std::string app_name{};        // resolved: {service} and {pool} replaced
  Duration statement_timeout{};  // 0 = unset
  Duration tcp_user_timeout{};
  Span span{};  // of the [pool.NAME] header

  // Connections that may be open above `size`, where every caller finds them lent.
  std::int64_t overflow_sessions() const {
    return overflow == Overflow::kOpenAndClose ? overflow_max : 0;
  }
  // What the budgets of server and descriptors have to leave room for.
  std::int64_t most_sessions() const { return size + rotation_spare + overflow_sessions(); }
};

struct ProcessPolicy {
  double cores = 0;  // this process may use; 0 = measured
  std::int64_t fd_reserve = 0;
  OnFdShortfall on_fd_shortfall = OnFdShortfall::kFail;
  std::int64_t raise_nofile = 0;  // 0 = off, kUnlimited = to the hard limit
  std::string control_socket{};
  std::string admin{};
  Reload reload = Reload::kWatch;
  std::string service{};
  Sigpipe sigpipe = Sigpipe::kIgnore;
};

struct FleetPolicy {
  std::int64_t instances = 1;
  double surge = 0;
  std::int64_t max_instances = 0;  // 0 = not stated
};

// One whole file, checked. Servers and pools stand in file order.
struct PolicySet {
  std::string file{};
  ProcessPolicy process{};
  FleetPolicy fleet{};
  std::vector<ServerPolicy> servers{};
  std::vector<PoolPolicy> pools{};
  Findings warnings{};

  const ServerPolicy* server(const std::string& name) const;
  const PoolPolicy* pool(const std::string& name) const;
};

}  // namespace millpond::policy
