// What something costs in memory, measured in a process of its own, so that nothing which was freed
// before hides it.
//
// Call it before the program has other threads.
//
//   double bytes = resident_bytes_of([](const auto& measure) { Big big; measure(); });
#pragma once

#include <functional>
#include <optional>

namespace millpond::bench {

// Runs `make` in a child of this process. It calls what it is given when what is to be measured is
// there; the growth of the resident set until then is the answer. Nothing where the child failed.
std::optional<double> resident_bytes_of(
    const std::function<void(const std::function<void()>& measure)>& make);

}  // namespace millpond::bench
