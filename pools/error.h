// What the public edge of Millpond reports: a stable code and a message that says what failed,
// where, and what to do.
//
// `open` and `pool` throw Error; `try_open`, `try_pool`, and `acquire` return it in a Result.
#pragma once

#include <stdexcept>
#include <string>
#include <system_error>
#include <tl/expected.hpp>

namespace millpond {

enum class Errc {
  kInvalidPolicy = 1,  // the file has errors; the message holds the rendered findings
  kUnknownWorkload,    // no pool of that name
  kWrongBackend,       // the pool is not of the type the call site asked for
  kTimeout,            // no connection within the acquire timeout
  kQueueFull,          // max_waiters callers wait already
  kNoneIdle,           // try_acquire found nothing to take at once
  kBackendDown,        // the backend refuses these credentials or settings
  kClosed,             // the registry is closed
  kExhausted,          // every connection is in use, and overflow = "refuse"
  kOverloaded,         // shed: it would not have been served in time
  kDeadlock,           // every connection is held by a thread that waits for another one
  kCancelled,          // the caller's stop_token ended the wait
  kForked,             // the pools belong to the process that this one was forked from
};

const std::error_category& millpond_category() noexcept;
std::error_code make_error_code(Errc code) noexcept;

class Error : public std::runtime_error {
 public:
  Error(Errc code, const std::string& message) : std::runtime_error(message), code_(code) {}

  std::error_code code() const noexcept { return make_error_code(code_); }
  std::string message() const { return what(); }

 private:
  Errc code_;
};

template <class T, class E = Error>
using Result = tl::expected<T, E>;

}  // namespace millpond

template <>
struct std::is_error_code_enum<millpond::Errc> : std::true_type {};
