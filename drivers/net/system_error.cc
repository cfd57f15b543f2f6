#include "millpond/drivers/net/system_error.h"

#include <cstring>
#include <system_error>
#include <utility>

#include "millpond/drivers/errors/error_tables.h"

namespace millpond::drivers {

ErrorKind kind_of_errno(int error_number) {
  const char* const name = strerrorname_np(error_number);
  const ErrorRule* const rule = name == nullptr ? nullptr : find_exactly(system_errors(), name);
  return rule == nullptr ? ErrorKind::kBroken : rule->kind;
}

Error system_error(int error_number, std::string phase, std::string_view what) {
  // generic_category() rather than strerror(): the latter's buffer is shared between threads.
  std::string message = std::string{what} + ": " + std::generic_category().message(error_number) +
                        " (errno " + std::to_string(error_number) + ")";
  return {kind_of_errno(error_number), std::move(phase), std::move(message)};
}

}  // namespace millpond::drivers
