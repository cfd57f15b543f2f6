// What a backend, or the way to it, said when something failed, in one vocabulary for all drivers.
//
// Values only; safe to copy and to read from any thread. Never holds a secret.
#pragma once

#include <string>

#include "tl/expected.hpp"

namespace millpond::drivers {

enum class ErrorKind {
  kRefused,             // nobody listens there
  kUnreachable,         // no such host, no route
  kTimeout,             // no answer within the budget
  kCancelled,           // the stop token fired
  kAuthentication,      // the server does not accept these credentials
  kTooManyConnections,  // the server is at its limit
  kShuttingDown,        // the server is starting, stopping, or ended this session
  kReadOnly,            // a write reached a replica
  kLocalExhaustion,     // this host ran out of descriptors or ports
  kConflict,            // lost against another transaction; the next try may win
  kBroken,              // the session is gone
  kProtocol,            // an answer nobody asked for, or none of the protocol's
  kConfiguration,       // no such database, a setting the server refuses
};

// "refused", "timeout", …: for messages and metrics.
const char* name_of(ErrorKind kind);

// True where another attempt with the same credentials and settings can succeed by waiting: to
// dial, or to do the same work.
bool is_transient(ErrorKind kind);

struct Error {
  ErrorKind kind = ErrorKind::kBroken;
  std::string phase;    // "read the password", "name lookup", "connect", "tls", "authenticate",
                        // "session set-up", "probe", "reset", "server limits", "command", "request"
  std::string message;  // the vendor's own words, native code included; one line
};

template <class T>
using Result = tl::expected<T, Error>;

}  // namespace millpond::drivers
