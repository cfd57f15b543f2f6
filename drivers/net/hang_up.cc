#include "millpond/drivers/net/hang_up.h"

#include <sys/socket.h>

namespace millpond::drivers {

void hang_up(int fd) noexcept {
  if (fd >= 0) {
    shutdown(fd, SHUT_RDWR);
  }
}

}  // namespace millpond::drivers
