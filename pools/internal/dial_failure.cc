#include "millpond/pools/internal/dial_failure.h"

namespace millpond::internal {

DialFailure dial_failure_of(const drivers::Error& error) {
  using drivers::ErrorKind;
  switch (error.kind) {
    case ErrorKind::kAuthentication:
      return DialFailure::kRejected;
    case ErrorKind::kConfiguration:
      return DialFailure::kMisconfigured;
    case ErrorKind::kTooManyConnections:
      return DialFailure::kFull;
    case ErrorKind::kLocalExhaustion:
      return DialFailure::kHostExhausted;
    case ErrorKind::kReadOnly:
      return DialFailure::kReadOnly;
    case ErrorKind::kCancelled:
      return DialFailure::kCancelled;
    case ErrorKind::kRefused:
    case ErrorKind::kUnreachable:
      return DialFailure::kUnreached;
    case ErrorKind::kTimeout:
      return error.phase == "connect" || error.phase == "name lookup" ? DialFailure::kUnreached
                                                                      : DialFailure::kUnanswered;
    // A server that says it is starting has done so cheaply, and will be ready soon.
    case ErrorKind::kShuttingDown:
      return DialFailure::kUnreached;
    // Hung up on without a word, as by a balancer that has nobody behind it.
    case ErrorKind::kBroken:
      return error.phase == "connect" || error.phase == "authenticate" ? DialFailure::kUnreached
                                                                       : DialFailure::kUnanswered;
    case ErrorKind::kConflict:
    case ErrorKind::kProtocol:
      break;
  }
  return DialFailure::kUnanswered;
}

}  // namespace millpond::internal
