#include "millpond/policy/fields.h"

#include <algorithm>
#include <chrono>

namespace millpond::policy {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t in_us(Duration duration) {
  return duration.count();
}

constexpr std::int64_t kShortest = in_us(1ms);
constexpr std::int64_t kTenMinutes = in_us(10min);
constexpr std::int64_t kHour = in_us(1h);
constexpr std::int64_t kDay = in_us(24h);
constexpr std::int64_t kYear = in_us(365 * 24h);

constexpr std::array<std::string_view, 4> kBackends{"postgres", "mysql", "redis", "http"};
constexpr std::array<std::string_view, 4> kTlsWords{"off", "require", "verify-ca", "verify-full"};
constexpr std::array<std::string_view, 2> kOrders{"lifo", "fifo"};
constexpr std::array<std::string_view, 4> kValidations{"never", "auto", "idle", "always"};
constexpr std::array<std::string_view, 4> kResets{"none", "transaction", "auto", "full"};
constexpr std::array<std::string_view, 2> kSigpipes{"ignore", "leave"};

constexpr std::array kFields{
    Field{.key = "service",
          .section = Section::kProcess,
          .kind = Kind::kText,
          .member = &ProcessPolicy::service,
          .fallback_note = "the program's name",
          .doc = "what `{service}` in `app_name` stands for"},
    Field{.key = "sigpipe",
          .section = Section::kProcess,
          .kind = Kind::kChoice,
          .member = &ProcessPolicy::sigpipe,
          .fallback = "ignore",
          .words = kSigpipes,
          .doc =
              "vendors' libraries can raise SIGPIPE, which ends a process that does not ignore it"},

    Field{.key = "instances",
          .section = Section::kFleet,
          .kind = Kind::kCount,
          .member = &FleetPolicy::instances,
          .fallback = "1",
          .least = 1,
          .most = 100'000,
          .unit = "processes",
          .doc = "how many processes run this service; `fleet.instances` in a formula"},

    Field{.key = "backend",
          .section = Section::kServer,
          .kind = Kind::kChoice,
          .member = &ServerPolicy::backend,
          .required = true,
          .words = kBackends,
          .doc = "what the server speaks"},
    Field{.key = "endpoint",
          .section = Section::kServer,
          .kind = Kind::kAddress,
          .required = true,
          .doc = "where it listens, `host:port/path`: the path is the database (PostgreSQL, "
                 "MySQL), the database's number (Redis) or the base path (HTTP)"},
    Field{.key = "user",
          .section = Section::kServer,
          .kind = Kind::kText,
          .member = &ServerPolicy::user,
          .fallback_note = "none",
          .doc = "the account to connect as"},
    Field{.key = "password",
          .section = Section::kServer,
          .kind = Kind::kSecret,
          .member = &ServerPolicy::password,
          .fallback_note = "none",
          .doc = "where the secret is kept, never the secret itself; read when a connection is "
                 "opened"},
    Field{.key = "tls",
          .section = Section::kServer,
          .kind = Kind::kChoice,
          .member = &ServerPolicy::tls,
          .fallback_note = "`\"off\"` on loopback; must be stated elsewhere",
          .words = kTlsWords,
          .doc = "this release knows `\"off\"` only; the other words are kept for a later one"},
    Field{.key = "cores",
          .section = Section::kServer,
          .kind = Kind::kCount,
          .member = &ServerPolicy::cores,
          .fallback_note = "not stated",
          .least = 1,
          .most = 4096,
          .unit = "cores",
          .doc = "the server host's cores; `server.cores` in a formula"},
    Field{.key = "spindles",
          .section = Section::kServer,
          .kind = Kind::kCount,
          .member = &ServerPolicy::spindles,
          .fallback = "1",
          .least = 0,
          .most = 1000,
          .unit = "disks",
          .doc = "the server host's disks that seek; `server.spindles` in a formula"},

    Field{.key = "server",
          .kind = Kind::kName,
          .member = &PoolPolicy::server,
          .required = true,
          .doc = "the `[server.NAME]` that the connections go to"},
    Field{.key = "size",
          .kind = Kind::kFormula,
          .fallback = "10",
          .least = 1,
          .most = 10'000,
          .unit = "connections",
          .doc = "how many connections the pool may hold; a formula is rounded up"},
    Field{.key = "min_idle",
          .kind = Kind::kCountOrShare,
          .fallback = "100%",
          .least = 0,
          .most = 10'000,
          .unit = "connections",
          .doc = "how many are kept open while unused; a fixed-size pool (100% of `size`) is the "
                 "fastest"},
    Field{.key = "acquire_timeout",
          .kind = Kind::kDuration,
          .member = &PoolPolicy::acquire_timeout,
          .fallback = "2s",
          .least = kShortest,
          .most = kHour,
          .doc = "how long a caller waits for a connection; long waits hide outages"},
    Field{.key = "max_waiters",
          .kind = Kind::kCount,
          .fallback = "max(4 * size, 256)",
          .least = 0,
          .most = 1'000'000,
          .unit = "callers",
          .doc = "how many callers may wait at once; the next one is refused at once"},
    Field{.key = "order",
          .kind = Kind::kChoice,
          .member = &PoolPolicy::order,
          .fallback = "lifo",
          .words = kOrders,
          .doc = "which idle connection is lent: the newest (lets the surplus go idle) or the "
                 "oldest (spreads the use)"},
    Field{.key = "connect_timeout",
          .kind = Kind::kDuration,
          .member = &PoolPolicy::connect_timeout,
          .fallback = "3s",
          .least = kShortest,
          .most = kTenMinutes,
          .doc = "for the whole handshake: name lookup, TCP, authentication"},
    Field{.key = "max_concurrent_dials",
          .kind = Kind::kCount,
          .member = &PoolPolicy::max_concurrent_dials,
          .fallback = "4",
          .least = 1,
          .most = 1000,
          .unit = "dials",
          .doc = "how many connections are opened at once; caps a dial storm"},
    Field{.key = "max_lifetime",
          .kind = Kind::kDuration,
          .member = &PoolPolicy::max_lifetime,
          .fallback = "30m",
          .least = kShortest,
          .most = kYear,
          .word = "off",
          .doc = "a connection older than this is replaced"},
    Field{.key = "lifetime_jitter",
          .kind = Kind::kShare,
          .member = &PoolPolicy::lifetime_jitter,
          .fallback = "25%",
          .least = 0,
          .most = 90,
          .doc = "the part of `max_lifetime` that is taken off at random, so that connections "
                 "opened together do not end together"},
    Field{.key = "max_uses",
          .kind = Kind::kCount,
          .member = &PoolPolicy::max_uses,
          .fallback = "unlimited",
          .least = 1,
          .most = 1'000'000'000'000,
          .unit = "leases",
          .word = "unlimited",
          .word_value = kUnlimited,
          .doc = "a connection lent this often is replaced"},
    Field{.key = "idle_timeout",
          .kind = Kind::kDuration,
          .member = &PoolPolicy::idle_timeout,
          .fallback = "5m",
          .http_fallback = "50s",
          .least = kShortest,
          .most = kYear,
          .word = "off",
          .doc = "a connection unused for this long is closed, down to `min_idle`; with "
                 "`min_idle = \"100%\"` it has nothing to close"},
    Field{.key = "keepalive",
          .kind = Kind::kDuration,
          .member = &PoolPolicy::keepalive,
          .fallback = "2m",
          .http_fallback = "off",
          .least = kShortest,
          .most = kDay,
          .word = "off",
          .doc = "an idle connection is probed this often, so that nothing on the path forgets it"},
    Field{.key = "validate",
          .kind = Kind::kChoice,
          .member = &PoolPolicy::validate,
          .fallback = "auto",
          .words = kValidations,
          .doc = "whether a connection is probed before it is lent; `auto` relies on the death "
                 "watch where there is one and otherwise does as `idle`"},
    Field{.key = "validate_after_idle",
          .kind = Kind::kDuration,
          .member = &PoolPolicy::validate_after_idle,
          .fallback = "500ms",
          .least = 0,
          .most = kDay,
          .doc = "with `validate = \"idle\"`: how long a connection may rest and still be lent "
                 "without a probe"},
    Field{.key = "validate_timeout",
          .kind = Kind::kDuration,
          .member = &PoolPolicy::validate_timeout,
          .fallback = "1s",
          .least = kShortest,
          .most = kTenMinutes,
          .doc = "for one probe; must be below `acquire_timeout`"},
    Field{.key = "reset",
          .kind = Kind::kChoice,
          .member = &PoolPolicy::reset,
          .fallback = "auto",
          .words = kResets,
          .doc = "what a returned session is brought back to; `auto` resets when the protocol "
                 "shows that session state may have changed, `transaction` rolls back only"},
    Field{.key = "reset_timeout",
          .kind = Kind::kDuration,
          .member = &PoolPolicy::reset_timeout,
          .fallback = "1s",
          .least = kShortest,
          .most = kTenMinutes,
          .doc = "for one reset"},
    Field{.key = "backoff_base",
          .kind = Kind::kDuration,
          .member = &PoolPolicy::backoff_base,
          .fallback = "50ms",
          .least = kShortest,
          .most = kTenMinutes,
          .doc = "dial n after a failure waits a random part of `backoff_base` doubled n times"},
    Field{.key = "backoff_cap",
          .kind = Kind::kDuration,
          .member = &PoolPolicy::backoff_cap,
          .fallback = "5s",
          .least = kShortest,
          .most = kHour,
          .doc = "the doubling stops here"},
    Field{.key = "read_timeout",
          .kind = Kind::kDuration,
          .member = &PoolPolicy::read_timeout,
          .fallback = "3s",
          .least = kShortest,
          .most = kHour,
          .doc = "for one answer, where the library has it (MySQL, Redis, HTTP)"},
    Field{.key = "write_timeout",
          .kind = Kind::kDuration,
          .member = &PoolPolicy::write_timeout,
          .fallback = "3s",
          .least = kShortest,
          .most = kHour,
          .doc = "for one request to leave, where the library has it (MySQL, Redis, HTTP)"},
    Field{.key = "statement_timeout",
          .kind = Kind::kDuration,
          .member = &PoolPolicy::statement_timeout,
          .fallback = "off",
          .least = kShortest,
          .most = kDay,
          .word = "off",
          .doc = "the server ends a statement that runs longer; set where a reset cannot undo it"},
    Field{.key = "tcp_user_timeout",
          .kind = Kind::kDuration,
          .member = &PoolPolicy::tcp_user_timeout,
          .fallback = "5s",
          .least = kShortest,
          .most = kTenMinutes,
          .word = "off",
          .doc = "a peer that acknowledges nothing for this long counts as gone"},
    Field{.key = "drain_timeout",
          .kind = Kind::kDuration,
          .member = &PoolPolicy::drain_timeout,
          .fallback = "10s",
          .least = 0,
          .most = kHour,
          .doc = "how long a closing pool waits for its leases to come back"},
    Field{.key = "app_name",
          .kind = Kind::kText,
          .fallback = "{service}/{pool}",
          .doc = "how the server sees the connections (pg_stat_activity, CLIENT LIST, "
                 "processlist, User-Agent); `{service}` and `{pool}` are filled in"},
};

}  // namespace

std::span<const Field> fields() {
  return kFields;
}

const Field* find_field(Section section, std::string_view key) {
  const auto* const found = std::find_if(kFields.begin(), kFields.end(), [&](const Field& field) {
    return field.section == section && field.key == key;
  });
  return found == kFields.end() ? nullptr : found;
}

std::vector<std::string_view> keys_of(Section section) {
  std::vector<std::string_view> keys;
  for (const Field& field : kFields) {
    if (field.section == section) {
      keys.push_back(field.key);
    }
  }
  return keys;
}

}  // namespace millpond::policy
