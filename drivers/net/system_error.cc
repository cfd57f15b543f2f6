#include "millpond/drivers/net/system_error.h"

#include <cerrno>
#include <system_error>
#include <utility>

namespace millpond::drivers {

ErrorKind kind_of_errno(int error_number) {
  switch (error_number) {
    case ECONNREFUSED:
      return ErrorKind::kRefused;
    case EHOSTUNREACH:
    case EHOSTDOWN:
    case ENETUNREACH:
    case ENETDOWN:
    case EAFNOSUPPORT:
      return ErrorKind::kUnreachable;
    case ETIMEDOUT:
    case EAGAIN:
      return ErrorKind::kTimeout;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
    case EADDRNOTAVAIL:
      return ErrorKind::kLocalExhaustion;
    default:
      return ErrorKind::kBroken;
  }
}

Error system_error(int error_number, std::string phase, std::string_view what) {
  // generic_category() rather than strerror(): the latter's buffer is shared between threads.
  std::string message = std::string{what} + ": " + std::generic_category().message(error_number) +
                        " (errno " + std::to_string(error_number) + ")";
  return {kind_of_errno(error_number), std::move(phase), std::move(message)};
}

}  // namespace millpond::drivers
