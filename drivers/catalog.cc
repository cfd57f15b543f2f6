#include "millpond/drivers/catalog.h"

#include <algorithm>
#include <utility>

namespace millpond::drivers {

void Catalog::add(std::shared_ptr<const Driver> driver) {
  const auto at =
      std::lower_bound(drivers_.begin(), drivers_.end(), driver,
                       [](const auto& a, const auto& b) { return a->backend() < b->backend(); });
  if (at != drivers_.end() && (*at)->backend() == driver->backend()) {
    *at = std::move(driver);
  } else {
    drivers_.insert(at, std::move(driver));
  }
}

std::shared_ptr<const Driver> Catalog::find(std::string_view backend) const {
  const auto at = std::find_if(drivers_.begin(), drivers_.end(),
                               [backend](const auto& d) { return d->backend() == backend; });
  return at == drivers_.end() ? nullptr : *at;
}

std::string Catalog::names() const {
  std::string names;
  for (const auto& driver : drivers_) {
    names += (names.empty() ? "" : ", ") + std::string{driver->backend()};
  }
  return names;
}

}  // namespace millpond::drivers
