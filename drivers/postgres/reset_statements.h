// What a reset of a PostgreSQL session sends, in one round trip.
//
// A constant.
//
//   PQexec(native, kResetPostgresSession);
#pragma once

namespace millpond::drivers {

// DISCARD ALL but for DEALLOCATE ALL: libpqxx believes that what it has prepared, by the protocol,
// is there. Answers with what was prepared by SQL.
inline constexpr char kResetPostgresSession[] =
    "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; UNLISTEN *;"
    "SELECT pg_catalog.pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES;"
    "SELECT pg_catalog.quote_ident(name) FROM pg_catalog.pg_prepared_statements WHERE from_sql";

}  // namespace millpond::drivers
