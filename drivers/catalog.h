// The drivers a program chose, found by the backend's name.
//
// Filled once by the composition root, then immutable and safe to read from any thread.
//
//   Catalog catalog;
//   catalog.add(make_postgres_driver());
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "millpond/drivers/driver.h"

namespace millpond::drivers {

class Catalog {
 public:
  // Replaces a driver of the same backend.
  void add(std::shared_ptr<const Driver> driver);

  // Null when no such driver was added.
  std::shared_ptr<const Driver> find(std::string_view backend) const;

  // "http, mysql, postgres, redis": for messages.
  std::string names() const;

 private:
  std::vector<std::shared_ptr<const Driver>> drivers_;  // sorted by backend
};

}  // namespace millpond::drivers
