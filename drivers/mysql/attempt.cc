#include "millpond/drivers/mysql/attempt.h"

#include <cppconn/exception.h>

#include <exception>
#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "millpond/drivers/mysql/io_budget.h"
#include "millpond/drivers/mysql/vendor_error.h"

namespace millpond::drivers {

Result<void> attempt(const Attempt& what, const std::function<void()>& work) {
  IoBudget io{what.budget, what.phase};
  Error error;
  try {
    work();
    return {};
  } catch (const sql::SQLException& exception) {
    error = error_of(exception, what.phase);
  } catch (const std::exception& exception) {
    error = {ErrorKind::kBroken, std::string{what.phase}, exception.what()};
  }
  if (io.failure()) {
    error = *io.failure();  // the library only noticed that a wait ended
  }
  error.message = what.password.redact(std::move(error.message));
  return tl::unexpected(std::move(error));
}

}  // namespace millpond::drivers
