// The end of the demo: what was sized by which formula, what each server saw, and what was lost.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "millpond/examples/shop/audit.h"
#include "millpond/examples/shop/census.h"
#include "millpond/examples/shop/crew.h"
#include "millpond/examples/shop/saboteur.h"
#include "millpond/millpond.h"

namespace millpond::shop {

struct Summary {
  bool interrupted = false;
  std::vector<PoolSnapshot> pools;
  std::int64_t replaced_sessions = 0;
  AuditRows audit{};
  std::vector<std::string> still_leased;  // workloads, after the registry was closed
};

void print_kills(std::ostream& out, const std::vector<Kill>& kills);

// Ends with the figure lines. Returns the exit code of the demo.
int print_summary(std::ostream& out, const Summary& summary, const Registry& registry, Crew& crew,
                  const Census& census);

}  // namespace millpond::shop
