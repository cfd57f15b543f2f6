// Name lookup within a budget: getaddrinfo(3) has no deadline of its own and may block for as long
// as the name servers keep silent.
//
// Safe to call from any thread.
//
//   Resolver resolver;
//   auto addresses = resolver.resolve("cache.internal", Budget{3s});   // {"10.0.0.7", "fd00::7"}
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/error.h"

namespace millpond::drivers {

class Resolver {
 public:
  // Numeric addresses, never empty, in the order in which they should be tried.
  using Addresses = Result<std::vector<std::string>>;

  // Looks names up as the system is configured to.
  Resolver();

  // With another way to look a name up; it may block and is called from a thread of its own.
  explicit Resolver(std::function<Addresses(const std::string& host)> look_up);

  // A numeric address is answered at once. A name is looked up on a thread of its own, one at a
  // time per name: callers who ask for a name that is being looked up wait for that answer, so a
  // silent name server never holds more than one thread per name. Giving up leaves that thread to
  // finish by itself; it owns what it needs and outlives the resolver where it must.
  Addresses resolve(const std::string& host, const Budget& budget) const;

 private:
  struct State;

  std::shared_ptr<State> state_;
};

}  // namespace millpond::drivers
