// One exchange with the library: within a budget, its exceptions turned into an Error that shows no
// password.
//
// Keeps no state; used by the thread that uses the connection.
//
//   return attempt({"probe", password, budget}, [&] { execute(*session, "DO 1"); });
#pragma once

#include <functional>
#include <string_view>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/secret.h"

namespace millpond::drivers {

struct Attempt {
  std::string_view phase;
  const Secret& password;
  const Budget& budget;
};

Result<void> attempt(const Attempt& what, const std::function<void()>& work);

}  // namespace millpond::drivers
