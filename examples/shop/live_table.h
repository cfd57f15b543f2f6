// The demo's table of all workloads, redrawn in place on a terminal, printed line by line
// elsewhere.
//
// For one thread.
#pragma once

#include <chrono>
#include <ostream>

#include "millpond/examples/shop/crew.h"
#include "millpond/millpond.h"

namespace millpond::shop {

class LiveTable {
 public:
  enum class Style { kTerminal, kPlain };

  LiveTable(std::ostream& out, Style style) : out_(out), style_(style) {}

  // Ends each gauge's window: percentiles are those since the last draw.
  void draw(const Registry& registry, Crew& crew, std::chrono::seconds elapsed);

  // The next draw starts below what was printed meanwhile.
  void interrupt() { drawn_ = false; }

 private:
  std::ostream& out_;
  const Style style_;
  bool drawn_ = false;
};

}  // namespace millpond::shop
