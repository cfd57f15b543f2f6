#include "millpond/pools/error.h"

namespace millpond {
namespace {

class MillpondCategory final : public std::error_category {
 public:
  const char* name() const noexcept override { return "millpond"; }

  std::string message(int value) const override {
    switch (static_cast<Errc>(value)) {
      case Errc::kInvalidPolicy:
        return "invalid policy";
      case Errc::kUnknownWorkload:
        return "unknown workload";
      case Errc::kWrongBackend:
        return "wrong backend for this workload";
      case Errc::kTimeout:
        return "no connection within the acquire timeout";
      case Errc::kQueueFull:
        return "too many callers wait already";
      case Errc::kNoneIdle:
        return "no idle connection";
      case Errc::kBackendDown:
        return "the backend refuses every connection";
      case Errc::kClosed:
        return "the registry is closed";
      case Errc::kExhausted:
        return "every connection is in use";
      case Errc::kOverloaded:
        return "overloaded, and too late to be served in time";
      case Errc::kDeadlock:
        return "deadlock: every connection is held by a thread that waits for another one";
      case Errc::kCancelled:
        return "the wait was cancelled";
      case Errc::kForked:
        return "the connections belong to the parent process";
    }
    return "unknown";
  }
};

}  // namespace

const std::error_category& millpond_category() noexcept {
  static const MillpondCategory category;
  return category;
}

std::error_code make_error_code(Errc code) noexcept {
  return {static_cast<int>(code), millpond_category()};
}

}  // namespace millpond
