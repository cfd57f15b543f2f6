// A pool on a backend's server, opened from a policy file as a service opens it.
//
// Safe to call from any thread.
//
//   Pond pond(backend, "size = 1\nreset = \"full\"\n");
//   pond.borrow([](drivers::Connection& connection) { … });
#pragma once

#include <functional>
#include <string>

#include "millpond/drivers/driver.h"
#include "millpond/pools/error.h"
#include "millpond/pools/registry.h"
#include "millpond/tests/harness/servers/scratch_directory.h"
#include "millpond/tests/proof/backend.h"

namespace millpond::proof {

class Pond {
 public:
  // `lines` are of the policy's [pool.stranger]. Throws Error for a policy that is not one.
  Pond(const Backend& backend, const std::string& lines);

  Result<void> borrow(const std::function<void(drivers::Connection&)>& work) const {
    return borrow_(work);
  }

 private:
  harness::ScratchDirectory directory_;
  Registry registry_;
  Backend::Borrow borrow_;
};

}  // namespace millpond::proof
