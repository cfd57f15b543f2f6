// A request's body on its way to libcurl: the caller's string, or what its source makes.
//
// Used by the thread that runs the transfer, and outlives it.
//
//   RequestBody body{request};
//   body.attach(easy);
#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <string>

#include "millpond/drivers/http/message.h"

namespace millpond::drivers {

class RequestBody {
 public:
  explicit RequestBody(const HttpRequest& request);
  RequestBody(const RequestBody&) = delete;
  RequestBody& operator=(const RequestBody&) = delete;

  void attach(CURL* easy);

  // Whether a server that refuses the request spares us enough to be asked first.
  bool is_large() const;

  // Whether all of it has left, going by the bytes that libcurl has sent.
  bool has_left(curl_off_t uploaded) const;

  // Before the request is sent once more: false where what the source made is gone.
  bool rewind();

  // Why it stopped the transfer; empty: it did not, or it threw.
  const std::string& refusal() const { return refusal_; }
  std::exception_ptr thrown() const { return thrown_; }

 private:
  static std::size_t on_read(char* buffer, std::size_t one, std::size_t size, void* self);
  std::size_t read(std::span<char> into);
  std::size_t read_source(std::span<char> into);

  const HttpRequest& request_;
  const bool made_;                          // by the source
  const std::optional<std::uint64_t> size_;  // unknown: sent chunked
  std::uint64_t read_ = 0;
  std::uint64_t framing_ = 0;  // what the chunks' lengths cost
  bool ended_ = false;
  std::string refusal_;
  std::exception_ptr thrown_;
};

}  // namespace millpond::drivers
