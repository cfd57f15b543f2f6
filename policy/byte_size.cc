#include "millpond/policy/byte_size.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace millpond::policy {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t bytes;
};

constexpr std::array kUnits{Unit{"GiB", std::int64_t{1} << 30}, Unit{"MiB", std::int64_t{1} << 20},
                            Unit{"KiB", std::int64_t{1} << 10}, Unit{"B", 1}};

}  // namespace

tl::expected<std::int64_t, std::string> parse_bytes(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || text.empty() || text.front() == '-') {
    return tl::unexpected<std::string>(error == std::errc::result_out_of_range ? "too large"
                                                                               : "no number");
  }
  const std::string_view name = text.substr(static_cast<std::size_t>(end - text.data()));
  const auto* const unit = std::find_if(kUnits.begin(), kUnits.end(),
                                        [name](const Unit& each) { return each.name == name; });
  if (name.empty()) {
    return tl::unexpected<std::string>("a number without a unit");
  }
  if (unit == kUnits.end()) {
    return tl::unexpected(fmt::format("unknown unit `{}`", name));
  }
  if (number > std::numeric_limits<std::int64_t>::max() / unit->bytes) {
    return tl::unexpected<std::string>("too large");
  }
  return number * unit->bytes;
}

std::string bytes_text(std::int64_t bytes) {
  const auto* const unit = std::find_if(kUnits.begin(), kUnits.end(), [bytes](const Unit& each) {
    return bytes != 0 && bytes % each.bytes == 0;
  });
  return unit == kUnits.end() ? fmt::format("{}B", bytes)
                              : fmt::format("{}{}", bytes / unit->bytes, unit->name);
}

}  // namespace millpond::policy
