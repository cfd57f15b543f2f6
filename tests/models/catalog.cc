#include "millpond/tests/models/catalog.h"

#include <span>

#include "millpond/tests/models/families.h"

namespace millpond::models {

std::vector<Model> all_models() {
  std::vector<Model> all;
  for (const std::span<const Model> family :
       {waiting_models(), cancelling_models(), marking_models(), closing_models(),
        unlisting_models()}) {
    all.insert(all.end(), family.begin(), family.end());
  }
  return all;
}

}  // namespace millpond::models
