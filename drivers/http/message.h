// An HTTP request and its response, as plain values.
//
// Values; not synchronised.
//
//   HttpRequest request{.method = "POST", .path = "/charges", .body = json};
//   request.headers.emplace_back("Idempotency-Key", key);
#pragma once

#include <strings.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millpond {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

// A request's body, made as it is sent.
struct HttpBodySource {
  // Writes what comes next to the beginning of `into`; how many bytes, 0 at the end. What it throws
  // is thrown to the caller once the transfer has ended.
  std::function<std::size_t(std::span<char> into)> next{};
  // How many bytes all of it is. Unknown: it is sent chunked, and is taken for a large one.
  std::optional<std::uint64_t> size{};
};

struct HttpRequest {
  std::string method = "GET";
  std::string path{};  // below the workload's base path, with its query; percent-encoded
  HttpHeaders headers{};
  std::string body{};
  HttpBodySource source{};              // in place of `body` where it has a `next`
  std::chrono::milliseconds timeout{};  // for the whole request; zero: the pool's read_timeout
  std::size_t max_response_bytes = std::size_t{16} * 1024 * 1024;
};

struct HttpResponse {
  long status = 0;
  HttpHeaders headers;  // as received, in order
  std::string body;

  // The first header of that name in any case, or nothing.
  std::string_view header(const char* name) const {
    for (const auto& [key, value] : headers) {
      if (strcasecmp(key.c_str(), name) == 0) {
        return value;
      }
    }
    return {};
  }
};

// Takes a response's body piece by piece, and says whether it wants more. What it throws is thrown
// to the caller once the transfer has ended.
using HttpBodySink = std::function<bool(std::string_view piece)>;

// The same, and sees the status and the headers, which are all there before the first piece.
using HttpSink = std::function<bool(const HttpResponse& head, std::string_view piece)>;

}  // namespace millpond
