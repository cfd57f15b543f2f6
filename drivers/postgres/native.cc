#include "millpond/drivers/postgres/native.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace millpond::drivers {
namespace {

constexpr int kGoodbyeMilliseconds = 200;

// A second descriptor keeps the socket open after libpq has closed its own. The server closes its
// end as the last thing it does for a session, after taking it off pg_stat_activity.
void await_hang_up(int socket) noexcept {
  pollfd hang_up{.fd = socket, .events = POLLRDHUP, .revents = 0};
  poll(&hang_up, 1, kGoodbyeMilliseconds);
  close(socket);
}

}  // namespace

void close_exactly(PGconn* native) noexcept {
  const bool served = PQstatus(native) == CONNECTION_OK;
  const int kept = served ? fcntl(PQsocket(native), F_DUPFD_CLOEXEC, 0) : -1;
  PQfinish(native);
  if (kept >= 0) {
    await_hang_up(kept);
  }
}

}  // namespace millpond::drivers
