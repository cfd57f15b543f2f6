// All models there are. ./run prove and the test run the same list.
#pragma once

#include <vector>

#include "millpond/tests/models/model.h"

namespace millpond::models {

std::vector<Model> all_models();

}  // namespace millpond::models
