#include "millpond/policy/duration.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

namespace millpond::policy {
namespace {

using std::chrono::microseconds;

struct Unit {
  std::string_view name;
  microseconds length;
};

// Largest first, so that to_text meets the largest that fits first.
constexpr std::array kUnits{
    Unit{"d", std::chrono::days{1}},          Unit{"h", std::chrono::hours{1}},
    Unit{"m", std::chrono::minutes{1}},       Unit{"s", std::chrono::seconds{1}},
    Unit{"ms", std::chrono::milliseconds{1}}, Unit{"us", microseconds{1}},
};

constexpr std::size_t kMostDigits = 12;  // whole part; keeps every product inside 64 bits
constexpr std::size_t kMostDecimals = 6;

std::size_t count_digits(std::string_view text) {
  const auto past =
      std::find_if_not(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return static_cast<std::size_t>(past - text.begin());
}

std::int64_t number_of(std::string_view digits) {
  std::int64_t number = 0;
  for (const char c : digits) {
    number = number * 10 + (c - '0');
  }
  return number;
}

std::optional<microseconds> unit_length(std::string_view name) {
  const auto* const unit =
      std::find_if(kUnits.begin(), kUnits.end(), [name](const Unit& u) { return u.name == name; });
  return unit == kUnits.end() ? std::nullopt : std::optional(unit->length);
}

// `decimals` tenths, hundredths, … of a unit; nothing when that is no whole microsecond.
std::optional<std::int64_t> fraction_of(std::string_view decimals, microseconds unit) {
  std::int64_t scale = 1;
  for (std::size_t i = 0; i < decimals.size(); ++i) {
    scale *= 10;
  }
  const std::int64_t scaled = number_of(decimals) * unit.count();
  return scaled % scale == 0 ? std::optional(scaled / scale) : std::nullopt;
}

tl::unexpected<std::string> because(std::string reason) {
  return tl::unexpected<std::string>(std::move(reason));
}

}  // namespace

tl::expected<Duration, std::string> parse_duration(std::string_view text) {
  const std::string_view whole = text.substr(0, count_digits(text));
  if (whole.empty()) {
    return because("no number");
  }
  std::string_view rest = text.substr(whole.size());
  std::string_view decimals;
  if (rest.starts_with('.')) {
    decimals = rest.substr(1, count_digits(rest.substr(1)));
    rest.remove_prefix(1 + decimals.size());
    if (decimals.empty()) {
      return because("no digit after the point");
    }
  }
  if (rest.empty()) {
    return because("a number without a unit");
  }
  const auto unit = unit_length(rest);
  if (!unit) {
    return because(fmt::format("no such unit: `{}`", rest));
  }
  if (whole.size() > kMostDigits || decimals.size() > kMostDecimals) {
    return because("too many digits");
  }
  const auto fraction = fraction_of(decimals, *unit);
  if (!fraction) {
    return because("finer than one microsecond");
  }
  std::int64_t total = 0;
  if (__builtin_mul_overflow(number_of(whole), unit->count(), &total) ||
      __builtin_add_overflow(total, *fraction, &total)) {
    return because("too long");
  }
  return Duration{total};
}

std::string to_text(Duration duration) {
  if (duration == Duration::zero()) {
    return "0s";
  }
  const auto* const unit = std::find_if(kUnits.begin(), kUnits.end(), [duration](const Unit& u) {
    return duration % u.length == Duration::zero();
  });
  return fmt::format("{}{}", duration / unit->length, unit->name);
}

}  // namespace millpond::policy
