#include "millpond/drivers/http/session.h"

#include <utility>

#include "millpond/drivers/http/transfer.h"

namespace millpond {

drivers::Result<HttpResponse> HttpSession::request(const HttpRequest& request) {
  lent_ = true;
  auto response =
      drivers::transfer(handle_, request, {.phase = "request", .timeout = request.timeout});
  // A request that was refused before it was sent harms nobody.
  failed_ = failed_ || (!response && response.error().kind != drivers::ErrorKind::kConfiguration);
  return response;
}

drivers::Result<HttpResponse> HttpSession::get(std::string path) {
  return request({.method = "GET", .path = std::move(path)});
}

drivers::Result<HttpResponse> HttpSession::put(std::string path, std::string body) {
  return request({.method = "PUT", .path = std::move(path), .body = std::move(body)});
}

drivers::Result<HttpResponse> HttpSession::post(std::string path, std::string body) {
  return request({.method = "POST", .path = std::move(path), .body = std::move(body)});
}

CURL* HttpSession::easy() {
  lent_ = true;
  raw_used_ = true;
  return handle_.get();
}

}  // namespace millpond
