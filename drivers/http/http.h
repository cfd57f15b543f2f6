// The type to name at a call site whose workload is an HTTP pool.
//
// Stateless.
//
//   registry.with<millpond::Http>("payments", [](auto& http) { http.get("/rates"); });
#pragma once

#include <string_view>

#include "millpond/drivers/driver.h"
#include "millpond/drivers/http/session.h"

namespace millpond {

struct Http {
  static constexpr std::string_view kBackend = "http";
  using Handle = HttpSession;

  // `connection` must come from the driver of kBackend.
  static Handle& handle(drivers::Connection& connection);
};

}  // namespace millpond
