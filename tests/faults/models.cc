// The lock-free protocols under every schedule within the models' bounds.
#include <iostream>

#include "millpond/tests/faults/rows.h"
#include "millpond/tests/models/catalog.h"
#include "millpond/tests/models/model.h"

namespace millpond::faults {

Measured exhaustive_models(const proof::Campaign& /*campaign*/) {
  std::int64_t wrong = 0;
  std::int64_t schedules = 0;
  for (const models::Model& model : models::all_models()) {
    const models::Verdict verdict = model.run(model, std::cerr);
    wrong += model.as_expected(verdict) ? 0 : 1;
    schedules += static_cast<std::int64_t>(verdict.schedules);
  }
  return none_of(wrong, schedules);
}

}  // namespace millpond::faults
