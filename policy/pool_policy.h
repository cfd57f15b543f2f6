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
enum class Sigpipe { kIgnore, kLeave };

inline constexpr std::int64_t kUnlimited = std::numeric_limits<std::int64_t>::max();

// Where a secret is kept. The policy never holds the secret itself: a literal is an error.
struct SecretSource {
  enum class Kind { kNone, kEnvironment, kFile };
  Kind kind = Kind::kNone;
  std::string name{};  // of the variable, or the file's path
  Span span{};         // of the value in the policy file
};

// Where a server listens. `path` is the database (PostgreSQL, MySQL), the database number (Redis),
// or the base path (HTTP, with its leading slash).
struct ServerAddress {
  std::string host{};
  std::uint16_t port = 0;
  std::string path{};
};

// How a pool came to its size, for `explain` and for the summary of a run.
struct Sizing {
  std::string formula{};  // as written: "ceil(hikari(server.cores, server.spindles) / 2)"
  std::string steps{};    // evaluated: "ceil(hikari(4, 1) / 2) = ceil(9 / 2) = 5"
};

struct ServerPolicy {
  std::string name{};
  Backend backend = Backend::kPostgres;
  ServerAddress address{};
  std::string user{};
  SecretSource password{};
  Tls tls = Tls::kOff;
  std::int64_t cores = 0;     // the server host's, for the formula; 0 = not stated
  std::int64_t spindles = 1;  // likewise
  Span span{};                // of the [server.NAME] header
};

struct PoolPolicy {
  std::string name{};
  std::string server{};
  std::int64_t size = 0;  // resolved
  Sizing sizing{};
  std::int64_t min_idle = 0;  // resolved to a count
  Duration acquire_timeout{};
  std::int64_t max_waiters = 0;
  Order order = Order::kLifo;
  Duration connect_timeout{};
  std::int64_t max_concurrent_dials = 0;
  Duration max_lifetime{};     // 0 = no limit
  double lifetime_jitter = 0;  // share of max_lifetime, subtracted at random
  std::int64_t max_uses = kUnlimited;
  Duration idle_timeout{};  // 0 = no limit
  Duration keepalive{};     // 0 = off
  Validate validate = Validate::kAuto;
  Duration validate_after_idle{};
  Duration validate_timeout{};
  Reset reset = Reset::kAuto;
  Duration reset_timeout{};
  Duration backoff_base{};
  Duration backoff_cap{};
  Duration read_timeout{};
  Duration write_timeout{};
  Duration statement_timeout{};  // 0 = unset
  Duration tcp_user_timeout{};
  Duration drain_timeout{};
  std::string app_name{};  // resolved: {service} and {pool} replaced
  Span span{};             // of the [pool.NAME] header
};

struct ProcessPolicy {
  std::string service{};
  Sigpipe sigpipe = Sigpipe::kIgnore;
};

struct FleetPolicy {
  std::int64_t instances = 1;
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
