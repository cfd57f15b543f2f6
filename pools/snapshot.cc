#include "millpond/pools/snapshot.h"

#include <fmt/format.h>

namespace millpond {

std::string PoolSnapshot::text() const {
  std::string text = fmt::format("{} of {} in use, {} idle", in_use, size, idle);
  const auto mention = [&text](std::int64_t count, const char* what) {
    if (count > 0) {
      text += fmt::format(", {} {}", count, what);
    }
  };
  mention(dialing, "dialing");
  mention(probing, "being probed");
  mention(resetting, "being reset");
  mention(closing, "closing");
  mention(waiting, "others waiting");
  return text;
}

}  // namespace millpond
