#include "millpond/cli/schema.h"

#include <ostream>

#include "millpond/cli/json_output.h"
#include "millpond/cli/policy_schema.h"

namespace millpond::cli {

Action declare_schema(CLI::App&) {
  return [](const Surroundings& surroundings) {
    surroundings.out << dump(policy_schema());
    return kOk;
  };
}

}  // namespace millpond::cli
