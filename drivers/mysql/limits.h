// What a server admits, and for how long, as one of its sessions can read it.
//
// A plain value. read_limits() throws sql::SQLException.
//
//   const MysqlLimits limits = read_limits(session);
//   … limits.max_connections …
#pragma once

#include <cppconn/connection.h>

#include <chrono>
#include <string>

namespace millpond::drivers {

struct MysqlLimits {
  std::string version{};         // "10.11.19-MariaDB-0+deb12u1"
  int max_connections = 0;       // for all accounts; the server admits one administrator more
  int max_user_connections = 0;  // for this account, by GRANT or globally; 0: no limit of its own
  std::chrono::seconds wait_timeout{};  // a session idle for longer is ended
  bool read_only = false;               // only administrators may write
};

// One round trip.
MysqlLimits read_limits(sql::Connection& session);

}  // namespace millpond::drivers
