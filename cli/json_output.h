// JSON as every command's --json prints it.
//
// Pure; safe from any thread.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace millpond::cli {

// Indented by two, one newline at the end. What is no UTF-8, such as a file's name may be, is
// replaced rather than refused.
inline std::string dump(const nlohmann::ordered_json& json) {
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace millpond::cli
