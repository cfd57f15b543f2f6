// Where in the source a lease was asked for.
//
// A plain value; the texts are literals that the compiler keeps.
//
//   void borrow(CallSite site = CallSite::here());   // the caller's own line
#pragma once

#include <cstdint>

namespace millpond {

struct CallSite {
  const char* file = "";
  const char* function = "";
  std::uint32_t line = 0;

  // The builtins that std::source_location is made of; clang 14 has no such header with libstdc++.
  static constexpr CallSite here(const char* file = __builtin_FILE(),
                                 const char* function = __builtin_FUNCTION(),
                                 std::uint32_t line = __builtin_LINE()) noexcept {
    return {file, function, line};
  }
};

}  // namespace millpond
