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
  if (effective_size < size) {
    text += fmt::format(", {} admitted by the server", effective_size);
  }
  for (const EndpointSnapshot& endpoint : endpoints) {
    if (endpoint.down && endpoints.size() > 1) {
      text += fmt::format(", {} down", endpoint.address);
    }
  }
  return text;
}

}  // namespace millpond
