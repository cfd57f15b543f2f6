// What a fuzz target consists of: libFuzzer's function, and a way to say that a promise is broken.
//
// Runs on one thread.
//
//   extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
//     require(parse({reinterpret_cast<const char*>(data), size}).steps > 0, "some steps");
//     return 0;
//   }
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace millpond::fuzz {

// Ends the process with what was promised, so that a fuzzer keeps the input, when it does not hold.
inline void require(bool holds, std::string_view promise) {
  if (!holds) {
    std::fprintf(stderr, "broken promise: %.*s\n", static_cast<int>(promise.size()),
                 promise.data());
    std::abort();
  }
}

// The input as text, which it need not be.
inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace millpond::fuzz
