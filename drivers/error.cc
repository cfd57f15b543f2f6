#include "millpond/drivers/error.h"

namespace millpond::drivers {

const char* name_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kRefused:
      return "refused";
    case ErrorKind::kUnreachable:
      return "unreachable";
    case ErrorKind::kTimeout:
      return "timeout";
    case ErrorKind::kCancelled:
      return "cancelled";
    case ErrorKind::kAuthentication:
      return "authentication";
    case ErrorKind::kTooManyConnections:
      return "too many connections";
    case ErrorKind::kShuttingDown:
      return "shutting down";
    case ErrorKind::kReadOnly:
      return "read-only";
    case ErrorKind::kLocalExhaustion:
      return "local exhaustion";
    case ErrorKind::kConflict:
      return "conflict";
    case ErrorKind::kBroken:
      return "broken";
    case ErrorKind::kProtocol:
      return "protocol";
    case ErrorKind::kConfiguration:
      return "configuration";
  }
  return "unknown";
}

bool is_transient(ErrorKind kind) {
  return kind != ErrorKind::kAuthentication && kind != ErrorKind::kConfiguration;
}

}  // namespace millpond::drivers
