// A response as libcurl hands it over, line by line and piece by piece, within limits on its size.
//
// Used by the thread that runs the transfer, and outlives it.
//
//   ResponseReader reader{easy, {.header_bytes = 65'536, .body_bytes = 1'000}, nullptr};
//   curl_easy_perform(easy);
//   HttpResponse response = reader.take();
#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <exception>
#include <string>
#include <string_view>

#include "millpond/drivers/http/message.h"

namespace millpond::drivers {

class ResponseReader {
 public:
  struct Limits {
    std::size_t header_bytes = 0;
    std::size_t body_bytes = 0;
  };

  // `sink` gets the body, which the response has otherwise; it may be null.
  ResponseReader(CURL* easy, Limits limits, const HttpSink* sink);
  ResponseReader(const ResponseReader&) = delete;
  ResponseReader& operator=(const ResponseReader&) = delete;

  bool has_sink() const { return sink_ != nullptr; }

  // The first line of the answer has come; interim ones (1xx) aside.
  bool begun() const { return begun_; }

  // The sink wants no more: what is left of the body is read over, or cut off where it is much.
  bool has_enough() const { return enough_; }
  bool cut_off() const { return cut_off_; }

  HttpResponse take();

  // Why it stopped the transfer; empty: it did not, or the sink threw.
  const std::string& refusal() const { return refusal_; }
  std::exception_ptr thrown() const { return thrown_; }

 private:
  static std::size_t on_header(char* data, std::size_t one, std::size_t size, void* self);
  static std::size_t on_body(char* data, std::size_t one, std::size_t size, void* self);
  bool take_header(std::string_view line);
  bool take_body(std::string_view piece);
  bool give(std::string_view piece);
  bool skip(std::string_view piece);
  void fail();

  CURL* easy_;
  const Limits limits_;
  const HttpSink* sink_;
  HttpResponse response_;
  std::size_t header_bytes_ = 0;
  std::size_t body_bytes_ = 0;
  std::size_t skipped_ = 0;
  bool begun_ = false;
  bool enough_ = false;
  bool cut_off_ = false;
  std::string refusal_;
  std::exception_ptr thrown_;
};

}  // namespace millpond::drivers
