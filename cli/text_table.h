// Columns for a terminal: as wide as their widest text.
//
// Pure; safe from any thread.
//
//   render_table({{"pool", "size"}, {"orders", "10"}})  // "pool    size\norders  10\n"
#pragma once

#include <string>
#include <vector>

namespace millpond::cli {

// Rows of equal length, the first being the heads. Control characters are replaced.
std::string render_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace millpond::cli
