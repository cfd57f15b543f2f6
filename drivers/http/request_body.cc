#include "millpond/drivers/http/request_body.h"

#include <algorithm>

namespace millpond::drivers {
namespace {

// Below this size a wait for the server's "100 Continue" costs more than a refused body would.
constexpr std::uint64_t kLargeFrom = std::uint64_t{1024} * 1024;

std::optional<std::uint64_t> size_of(const HttpRequest& request) {
  return request.source.next ? request.source.size : request.body.size();
}

// A chunk is its length in hexadecimal digits and two line ends around it.
std::uint64_t framing_of(std::size_t chunk) {
  std::uint64_t digits = 1;
  while ((chunk >>= 4U) != 0) {
    ++digits;
  }
  return digits + 4;
}

}  // namespace

RequestBody::RequestBody(const HttpRequest& request)
    : request_(request), made_(request.source.next != nullptr), size_(size_of(request)) {}

void RequestBody::attach(CURL* easy) {
  const auto& method = request_.method;
  const bool wants_one = method == "POST" || method == "PUT" || method == "PATCH";
  if (!wants_one && size_ == 0U) {
    return;
  }
  // No CURLOPT_SEEKFUNCTION, on purpose: libcurl can't go back, so it can't send the body twice.
  curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, &RequestBody::on_read);
  curl_easy_setopt(easy, CURLOPT_READDATA, this);
  curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE,
                   size_ ? static_cast<curl_off_t>(*size_) : curl_off_t{-1});
}

bool RequestBody::is_large() const {
  return !size_ || *size_ >= kLargeFrom;
}

bool RequestBody::has_left(curl_off_t uploaded) const {
  const bool all_read = size_ ? read_ == *size_ : ended_;
  return all_read && static_cast<std::uint64_t>(uploaded) >= read_ + framing_;
}

bool RequestBody::rewind() {
  if (made_ && (read_ > 0 || ended_)) {
    return false;
  }
  read_ = 0;
  return true;
}

std::size_t RequestBody::on_read(char* buffer, std::size_t, std::size_t size, void* self) {
  auto& body = *static_cast<RequestBody*>(self);
  try {
    return body.read({buffer, size});
  } catch (...) {  // must not pass through libcurl
    body.thrown_ = std::current_exception();
    return CURL_READFUNC_ABORT;
  }
}

std::size_t RequestBody::read(std::span<char> into) {
  if (size_) {
    const auto left = *size_ - read_;
    into = into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), left)));
  }
  const std::size_t part =
      made_ ? read_source(into) : request_.body.copy(into.data(), into.size(), read_);
  if (part == CURL_READFUNC_ABORT) {
    return part;
  }
  ended_ = part == 0;
  read_ += part;
  framing_ += size_ ? 0 : framing_of(part);
  return part;
}

std::size_t RequestBody::read_source(std::span<char> into) {
  if (into.empty()) {
    return 0;
  }
  const std::size_t part = request_.source.next(into);
  if (part > into.size()) {
    refusal_ =
        "the source of the request's body says that it wrote more than it was given room for";
    return CURL_READFUNC_ABORT;
  }
  if (part == 0 && size_) {
    refusal_ = "the source of the request's body ended after " + std::to_string(read_) + " of " +
               std::to_string(*size_) + " bytes";
    return CURL_READFUNC_ABORT;
  }
  return part;
}

}  // namespace millpond::drivers
