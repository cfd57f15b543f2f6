#include "millpond/pools/loader/descriptor_limit.h"

#include <errno.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstring>

namespace millpond::loader {

tl::expected<void, std::string> raise_descriptor_limit(const policy::ProcessPolicy& process) {
  rlimit limits{};
  if (process.raise_nofile <= 0) {
    return {};
  }
  if (getrlimit(RLIMIT_NOFILE, &limits) != 0) {
    return tl::unexpected<std::string>(std::strerror(errno));
  }
  const auto asked = std::min(static_cast<rlim_t>(process.raise_nofile), limits.rlim_max);
  limits.rlim_cur = std::max(limits.rlim_cur, asked);
  if (setrlimit(RLIMIT_NOFILE, &limits) != 0) {
    return tl::unexpected<std::string>(std::strerror(errno));
  }
  return {};
}

}  // namespace millpond::loader
