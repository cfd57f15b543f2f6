#include "millpond/drivers/postgres/read_limits.h"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <tl/expected.hpp>
#include <utility>

#include "millpond/drivers/postgres/round_trip.h"

namespace millpond::drivers {
namespace {

constexpr char kPhase[] = "server limits";

// A superuser is held to none of them. reserved_connections is there from version 16 on, and
// idle_session_timeout from version 14; zero means none. A standby's transactions are read-only.
constexpr char kQuestion[] = R"sql(
SELECT pg_catalog.current_setting('server_version'),
       pg_catalog.current_setting('max_connections'),
       CASE WHEN r.rolsuper THEN 0
            ELSE pg_catalog.current_setting('superuser_reserved_connections')::int
                 + coalesce(pg_catalog.current_setting('reserved_connections', true), '0')::int
       END,
       CASE WHEN NOT r.rolsuper AND r.rolconnlimit >= 0 THEN r.rolconnlimit END,
       CASE WHEN NOT r.rolsuper AND d.datconnlimit >= 0 THEN d.datconnlimit END,
       (SELECT nullif(s.setting, '0') FROM pg_catalog.pg_settings s
        WHERE s.name = 'idle_session_timeout'),
       CASE WHEN pg_catalog.current_setting('transaction_read_only')::bool THEN 1 ELSE 0 END
FROM pg_catalog.pg_roles r, pg_catalog.pg_database d
WHERE r.rolname = session_user AND d.datname = pg_catalog.current_database()
)sql";

enum Column { kVersion, kMaxConnections, kReserved, kAccount, kDatabase, kIdleTimeout, kReadOnly };

std::string_view text_at(const PGresult* row, Column column) {
  return PQgetvalue(row, 0, column);
}

// Absent where the server says null.
std::optional<std::int64_t> number_at(const PGresult* row, Column column) {
  const std::string_view text = text_at(row, column);
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc{} ? std::optional{number} : std::nullopt;
}

ServerLimits limits_in(const PGresult* row) {
  ServerLimits limits{.version = std::string{text_at(row, kVersion)},
                      .max_connections = number_at(row, kMaxConnections),
                      .reserved = number_at(row, kReserved).value_or(0),
                      .account_limit = number_at(row, kAccount),
                      .database_limit = number_at(row, kDatabase),
                      .read_only = number_at(row, kReadOnly) == 1};
  if (const auto idle = number_at(row, kIdleTimeout)) {
    limits.idle_timeout = std::chrono::milliseconds{*idle};
  }
  return limits;
}

}  // namespace

Result<ServerLimits> read_limits(PGconn* native, const Budget& budget) {
  auto answer = round_trip(native, {.statements = kQuestion, .phase = kPhase}, budget);
  if (!answer) {
    return tl::unexpected(std::move(answer.error()));
  }
  if (PQntuples(answer->get()) != 1) {
    return tl::unexpected(Error{ErrorKind::kProtocol, kPhase, "the server does not know itself"});
  }
  return limits_in(answer->get());
}

}  // namespace millpond::drivers
