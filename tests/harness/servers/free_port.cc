#include "millpond/tests/harness/servers/free_port.h"

#include "millpond/tests/harness/servers/silent_listener.h"

namespace millpond::harness {

// The kernel gives a listener an unused port; without a connection it is free again at once.
int free_port() {
  return SilentListener{}.port();
}

}  // namespace millpond::harness
