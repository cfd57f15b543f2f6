#include "millpond/pools/acquire.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "millpond/policy/duration.h"

namespace millpond {
namespace {

// Enough to see a pattern, short enough for a log.
constexpr std::size_t kMostHolders = 3;

// The part of a path that a reader of a log needs.
std::string_view file_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

std::string_view phase_text(AcquirePhase phase) {
  switch (phase) {
    case AcquirePhase::kAdmission:
      return "";
    case AcquirePhase::kReturn:
      return " for a return";
    case AcquirePhase::kDial:
      return " for a dial";
    case AcquirePhase::kProbe:
      return " for a probe";
    case AcquirePhase::kReset:
      return " for a reset";
  }
  return "";
}

std::string listed(const std::vector<Holder>& holders) {
  std::string text;
  const std::size_t shown = std::min(holders.size(), kMostHolders);
  for (std::size_t i = 0; i < shown; ++i) {
    text += fmt::format("{}{}", i == 0 ? "; held by " : "; ", holders[i].text());
  }
  if (holders.size() > shown) {
    text += fmt::format("; and {} more", holders.size() - shown);
  }
  return text;
}

}  // namespace

std::string Holder::text() const {
  if (thread == 0) {
    return "a caller that is just being woken";
  }
  return fmt::format("{}:{} {}(), thread {}, for {}", file_name(site.file), site.line,
                     site.function, thread, policy::to_text(age));
}

std::string AcquireError::message() const {
  const PoolSnapshot& s = report->snapshot;
  std::string text = fmt::format("workload `{}`: {} (waited {}{}): {}", report->pool,
                                 make_error_code(code).message(), policy::to_text(report->waited),
                                 phase_text(report->phase), s.text());
  if (report->ahead > 0) {
    text += fmt::format(", {} of them before this one", report->ahead);
  }
  text += listed(report->holders);
  if (!s.last_error.empty()) {
    text += fmt::format("; last backend error {}", s.last_error);
  }
  text += "; ";
  return text += report->advice;
}

}  // namespace millpond
