// The models by what competes with what; each .cc file of a family says what it holds threads to.
// Nothing here allocates: the memory of files that include Relacy is Relacy's.
#pragma once

#include <span>

#include "millpond/tests/models/model.h"

namespace millpond::models {

std::span<const Model> waiting_models();
std::span<const Model> cancelling_models();
std::span<const Model> marking_models();
std::span<const Model> closing_models();
std::span<const Model> unlisting_models();

}  // namespace millpond::models
