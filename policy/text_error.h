// What is wrong with a text (an expression, an address, a value), and which of its bytes show it.
// A Finding once its place in a file is known.
//
// A value; safe to copy and to read from any thread.
#pragma once

#include <cstddef>
#include <string>

namespace millpond::policy {

struct TextError {
  std::string code{};  // of finding_codes.h
  std::string message{};
  std::string label{};
  std::string help{};
  std::size_t offset = 0;  // bytes into the text
  std::size_t length = 0;  // 0 = the whole text
};

}  // namespace millpond::policy
