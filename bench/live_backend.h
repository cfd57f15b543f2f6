// The four backends, each on a real server of its own with one driver's session and one bare
// library's to it.
//
// Not thread-safe. Make them on a thread that outlives them, as tests/harness/servers says.
//
//   for (const BackendStart& start : backend_starts()) { start().ours->probe(Budget{1s}); }
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "millpond/bench/raw/raw_session.h"
#include "millpond/drivers/driver.h"

namespace millpond::bench {

struct LiveBackend {
  std::string name;
  std::shared_ptr<void> server;               // outlives the sessions
  std::unique_ptr<drivers::Connection> ours;  // lent once, and left clean
  std::unique_ptr<RawSession> raw;
};

// One at a time: a session that waits for its turn is hung up on. Throws std::runtime_error with
// what a server or a library said.
using BackendStart = std::function<LiveBackend()>;
std::vector<BackendStart> backend_starts();

}  // namespace millpond::bench
