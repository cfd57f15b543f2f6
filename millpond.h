// Millpond in one header: every backend this project has, and open() to make a registry from a
// policy file.
//
//   auto registry = millpond::open("pools.toml");
//   auto orders   = registry.pool<millpond::Postgres>("orders-write");
//   if (auto lease = orders.acquire({.timeout = 200ms})) {
//     pqxx::work tx{lease->connection()};
//     …
//   }
//
// A program that wants fewer drivers, or one of its own, includes millpond/pools/registry.h and
// millpond/pools/loader/policy_source.h instead and fills a drivers::Catalog itself.
#pragma once

#include <string>

#include "millpond/drivers/http/http.h"
#include "millpond/drivers/mysql/mysql.h"
#include "millpond/drivers/postgres/postgres.h"
#include "millpond/drivers/redis/redis.h"
#include "millpond/policy/finding.h"
#include "millpond/pools/error.h"
#include "millpond/pools/registry.h"

namespace millpond {

using policy::Findings;

// Reads and checks the file, and starts its pools; connections are opened in the background. Sets
// SIGPIPE to be ignored unless the file says otherwise (process.sigpipe): hiredis and libcurl can
// raise it. Findings hold everything that is wrong with the file; policy::render() prints them.
// Warnings of a good file are not reported here: `millpond check` shows them.
Result<Registry, Findings> try_open(const std::string& path);

// The same; throws Error{kInvalidPolicy} with the rendered findings.
Registry open(const std::string& path);

}  // namespace millpond
