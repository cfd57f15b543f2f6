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
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millpond {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method = "GET";
  std::string path{};  // below the workload's base path, with its query; percent-encoded
  HttpHeaders headers{};
  std::string body{};
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

}  // namespace millpond
