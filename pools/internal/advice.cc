#include "millpond/pools/internal/advice.h"

#include <fmt/format.h>

namespace millpond::internal {
namespace {

// Where no session works: what the backend last said decides what can be done.
std::string advice_on_trouble(const PoolSnapshot& s) {
  using drivers::ErrorKind;
  switch (s.last_error_kind.value_or(ErrorKind::kBroken)) {
    case ErrorKind::kAuthentication:
      return fmt::format(
          "this password is not tried again, so that no account is locked: put the right one where "
          "[server.{}] takes it from",
          s.server);
    case ErrorKind::kConfiguration:
      return fmt::format(
          "waiting cannot cure this: check user, password, and endpoint of [server.{}]", s.server);
    case ErrorKind::kTooManyConnections:
      return fmt::format(
          "the server admits no more sessions: raise its limit, or lower max_connections and share "
          "of [server.{}]",
          s.server);
    case ErrorKind::kLocalExhaustion:
      return "this host has no descriptors or ports left: raise its limits, the server is well";
    case ErrorKind::kReadOnly:
      return fmt::format(
          "this workload writes, and the server takes no writes: name the primary among the "
          "endpoints of [server.{}], or promote this one",
          s.server);
    default:
      return fmt::format(
          "no connection could be opened: check the endpoint of [server.{}]; it is tried again "
          "in the background",
          s.server);
  }
}

std::string advice_on_timeout(const PoolSnapshot& s) {
  if (s.in_use == s.size) {
    return fmt::format(
        "every connection is in use: hold each for less time, or raise size in [pool.{}]", s.pool);
  }
  if (s.in_use + s.idle == 0 && !s.last_error.empty()) {
    return advice_on_trouble(s);
  }
  return fmt::format(
      "connections were still being opened or checked: the server answers slowly, or min_idle in "
      "[pool.{}] is too low for this burst",
      s.pool);
}

}  // namespace

std::string advice(Errc code, const PoolSnapshot& s) {
  switch (code) {
    case Errc::kTimeout:
      return advice_on_timeout(s);
    case Errc::kQueueFull:
      return fmt::format("the queue is full: shed load earlier, or raise max_waiters in [pool.{}]",
                         s.pool);
    case Errc::kNoneIdle:
      return "use acquire() to wait for one";
    case Errc::kExhausted:
      return fmt::format(
          "hold each connection for less time, raise size in [pool.{}], or let callers wait: "
          "overflow = \"wait\"",
          s.pool);
    case Errc::kOverloaded:
      return fmt::format(
          "more is asked for than {} connections can serve: raise size in [pool.{}], hold each for "
          "less time, or send fewer requests",
          s.size, s.pool);
    case Errc::kDeadlock:
      return fmt::format(
          "borrow all that a task needs at once, or state threads and leases_per_thread in "
          "[pool.{}], so that its size has room for them",
          s.pool);
    case Errc::kCancelled:
      return "the caller asked for it";
    case Errc::kForked:
      return "open a registry in the child";
    case Errc::kBackendDown:
      return advice_on_trouble(s);
    default:
      return "the registry was closed: acquire no more, or open it again";
  }
}

}  // namespace millpond::internal
