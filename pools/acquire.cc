#include "millpond/pools/acquire.h"

#include <fmt/format.h>

#include "millpond/policy/duration.h"

namespace millpond {

std::string AcquireError::message() const {
  const PoolSnapshot& s = snapshot;
  std::string text = fmt::format("workload `{}`: {} (waited {}): {} of {} in use, {} idle", pool,
                                 make_error_code(code).message(), policy::to_text(waited), s.in_use,
                                 s.size, s.idle);
  const auto mention = [&text](std::int64_t count, const char* what) {
    if (count > 0) {
      text += fmt::format(", {} {}", count, what);
    }
  };
  mention(s.dialing, "dialing");
  mention(s.probing, "being probed");
  mention(s.resetting, "being reset");
  mention(s.closing, "closing");
  mention(s.waiting, "others waiting");
  if (!s.last_error.empty()) {
    text += fmt::format("; last backend error {}", s.last_error);
  }
  return text + "; " + advice;
}

}  // namespace millpond
