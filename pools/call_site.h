// Where in the source a lease was asked for.
//
// A plain value; the texts are literals that the compiler keeps.
//
//   void borrow(CallSite site = CallSite::here());   // the caller's own line
#pragma once

#include <cstdint>

namespace millpond {

struct CallSite {
  const char* file;
  const char* function;
  std::uint32_t line;

  // No default, so that {} never means a place.
  constexpr CallSite(const char* its_file, const char* its_function,
                     std::uint32_t its_line) noexcept
      : file(its_file), function(its_function), line(its_line) {}

  // The builtins that std::source_location is made of; clang 14 has no such header with libstdc++.
  static constexpr CallSite here(const char* file = __builtin_FILE(),
                                 const char* function = __builtin_FUNCTION(),
                                 std::uint32_t line = __builtin_LINE()) noexcept {
    return {file, function, line};
  }
};

}  // namespace millpond
