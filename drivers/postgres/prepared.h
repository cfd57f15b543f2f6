// Prepared statements in pooled sessions: prepared once a session, kept by its resets, and under
// names that a borrower's own PREPARE does not meet by accident.
//
// Used by the thread that has the lease. The first use in a session costs one round trip more;
// every other call one look into libpqxx's table.
//
//   auto lease = orders.acquire();
//   const auto find = millpond::prepare_once(
//       lease->connection(), "find", "select total from orders where id = $1");
//   pqxx::work transaction{lease->connection()};
//   const auto row = transaction.exec_prepared1(find, 42);
#pragma once

#include <pqxx/connection_base>
#include <string>

namespace millpond {

// The name for exec_prepared(): "mp_" and `name`, of which the server tells 60 bytes apart. The
// server sees `sql` at the first exec_prepared(), which is where its errors come from. Throws
// pqxx::argument_error where the session has another statement of that name.
//
// A plan outlives a migration: where that changes a result's columns the server refuses the
// statement (SQLSTATE 0A000) until the session is replaced, as Registry::bump_generation() does.
std::string prepare_once(pqxx::connection_base& connection, const std::string& name,
                         const std::string& sql);

}  // namespace millpond
