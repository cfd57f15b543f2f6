// Has each database kill one leased session in the middle of its work.
//
// For the main thread: it runs the servers' own command-line clients.
#pragma once

#include <string>
#include <vector>

#include "millpond/examples/shop/crew.h"
#include "millpond/examples/shop/stage.h"
#include "millpond/examples/shop/workloads.h"

namespace millpond::shop {

struct Kill {
  Workload workload;
  std::string session;     // the server's name for it: pid, connection id, client id
  bool confirmed = false;  // the server does not list it any more
};

// One kill each on PostgreSQL, MySQL, and Redis; at most five seconds each.
std::vector<Kill> kill_leased_sessions(Crew& crew, Stage& stage);

}  // namespace millpond::shop
