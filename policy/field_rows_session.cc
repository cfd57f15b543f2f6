// [pool.NAME]: what each session and each operation on it is given.
#include "millpond/policy/field_rows.h"

namespace millpond::policy::internal {
namespace {

constexpr std::array<std::string_view, 2> kRetryBackoffs{"full-jitter", "none"};
constexpr std::array<std::string_view, 2> kRetryOn{"transient", "connect"};

constexpr Backends kNotPostgres{.postgres = false};

constexpr std::array kRows{
    Field{.key = "app_name",
          .kind = Kind::kText,
          .member = &PoolPolicy::app_name,
          .worked = Worked::kFromSeveral,
          .fallback = "{service}/{pool}",
          .change = Change::kReconnect,
          .doc = "how the server sees the connections (pg_stat_activity, CLIENT LIST, "
                 "processlist, User-Agent); `{service}` and `{pool}` are filled in"},
    Field{.key = "statement_timeout",
          .kind = Kind::kDuration,
          .member = &PoolPolicy::statement_timeout,
          .fallback = "off",
          .least = kShortest,
          .most = kDay,
          .aliases = {Alias{"off", 0}},
          .backends = kSqlOnly,
          .change = Change::kReconnect,
          .doc = "the server ends a statement that runs longer; set where a reset cannot undo it"},
    Field{.key = "tcp_user_timeout",
          .kind = Kind::kDuration,
          .member = &PoolPolicy::tcp_user_timeout,
          .fallback = "5s",
          .least = kShortest,
          .most = kTenMinutes,
          .aliases = {Alias{"off", 0}},
          .change = Change::kReconnect,
          .doc = "a peer that acknowledges nothing for this long counts as gone"},
    Field{.key = "read_timeout",
          .kind = Kind::kDuration,
          .member = &PoolPolicy::read_timeout,
          .fallback = "3s",
          .least = kShortest,
          .most = kHour,
          .backends = kNotPostgres,
          .change = Change::kReconnect,
          .doc = "for one answer, where the library has it (MySQL, Redis, HTTP)"},
    Field{.key = "write_timeout",
          .kind = Kind::kDuration,
          .member = &PoolPolicy::write_timeout,
          .fallback = "3s",
          .least = kShortest,
          .most = kHour,
          .backends = kNotPostgres,
          .change = Change::kReconnect,
          .doc = "for one request to leave, where the library has it (MySQL, Redis); of HTTP "
                 "`read_timeout` bounds request and answer together"},
    Field{.key = "max_retries",
          .kind = Kind::kCount,
          .member = &PoolPolicy::max_retries,
          .fallback = "0",
          .least = 0,
          .most = 100,
          .unit = "retries",
          .doc = "how often work of `with()` is tried again: what its caller calls idempotent, and "
                 "whatever broke before anything was sent"},
    Field{.key = "retry_backoff",
          .kind = Kind::kChoice,
          .member = &PoolPolicy::retry_backoff,
          .fallback = "full-jitter",
          .words = kRetryBackoffs,
          .doc = "what lies between two tries: a random part of `backoff_base` doubled each time, "
                 "up to `backoff_cap`, or nothing"},
    Field{.key = "retry_on",
          .kind = Kind::kChoice,
          .member = &PoolPolicy::retry_on,
          .fallback = "transient",
          .words = kRetryOn,
          .doc = "which failures are tried again: all that may pass, or only those before "
                 "anything was sent"},
    Field{.key = "max_idle_total",
          .kind = Kind::kCount,
          .member = &PoolPolicy::max_idle_total,
          .fallback = "none",
          .least = 0,
          .most = 1'000'000,
          .unit = "connections",
          .aliases = {Alias{"none", kUnlimited}},
          .backends = kHttpOnly,
          .effect = Effect::kLater,
          .doc = "how many connections all pools of the class may leave idle, over all endpoints"},
    Field{.key = "tls_timeout",
          .kind = Kind::kDuration,
          .member = &PoolPolicy::tls_timeout,
          .fallback = "10s",
          .least = kShortest,
          .most = kTenMinutes,
          .backends = kHttpOnly,
          .change = Change::kReconnect,
          .doc = "for the TLS handshake, within `connect_timeout`"},
    Field{
        .key = "response_header_timeout",
        .kind = Kind::kDuration,
        .member = &PoolPolicy::response_header_timeout,
        .fallback = "30s",
        .least = kShortest,
        .most = kHour,
        .backends = kHttpOnly,
        .change = Change::kReconnect,
        .doc =
            "from the end of a request to the first line of its answer, interim ones (1xx) aside"},
    Field{.key = "expect_continue_timeout",
          .kind = Kind::kDuration,
          .member = &PoolPolicy::expect_continue_timeout,
          .fallback = "1s",
          .least = kShortest,
          .most = kTenMinutes,
          .backends = kHttpOnly,
          .change = Change::kReconnect,
          .doc = "how long a request with `Expect: 100-continue` holds its body back"},
    Field{.key = "max_header_bytes",
          .kind = Kind::kBytes,
          .member = &PoolPolicy::max_header_bytes,
          .fallback = "64KiB",
          .least = 256,
          .most = std::int64_t{300} * 1024,  // libcurl takes no more
          .backends = kHttpOnly,
          .change = Change::kReconnect,
          .doc = "an answer whose headers are larger, all together, is refused"},
};

}  // namespace

std::span<const Field> session_rows() {
  return kRows;
}

}  // namespace millpond::policy::internal
