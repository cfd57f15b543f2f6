#include "millpond/cli/text_table.h"

#include <algorithm>
#include <cstddef>

#include "millpond/policy/display.h"

namespace millpond::cli {
namespace {

constexpr std::size_t kGap = 2;

}  // namespace

std::string render_table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], policy::display_width(row[i]));
    }
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += policy::printable(row[i]);
      const bool last = i + 1 == row.size();
      text.append(last ? 0 : widths[i] - policy::display_width(row[i]) + kGap, ' ');
    }
    text += '\n';
  }
  return text;
}

}  // namespace millpond::cli
