#include "millpond/drivers/http/session.h"

#include <string_view>
#include <utility>

#include "millpond/drivers/http/transfer.h"

namespace millpond {
namespace {

// Set while it lives.
class Flag {
 public:
  explicit Flag(bool& flag) : flag_(flag) { flag_ = true; }
  Flag(const Flag&) = delete;
  Flag& operator=(const Flag&) = delete;
  ~Flag() { flag_ = false; }

 private:
  bool& flag_;
};

}  // namespace

drivers::Result<HttpResponse> HttpSession::request(const HttpRequest& request) {
  return perform(request, nullptr);
}

drivers::Result<HttpResponse> HttpSession::stream(const HttpRequest& request,
                                                  const HttpBodySink& sink) {
  return stream(request, HttpSink{[&sink](const HttpResponse&, std::string_view piece) {
                  return sink(piece);
                }});
}

drivers::Result<HttpResponse> HttpSession::stream(const HttpRequest& request,
                                                  const HttpSink& sink) {
  return perform(request, &sink);
}

drivers::Result<HttpResponse> HttpSession::perform(const HttpRequest& request,
                                                   const HttpSink* sink) {
  if (busy_) {
    return tl::unexpected(drivers::Error{
        drivers::ErrorKind::kConfiguration, "request",
        "a request of this session is under way; its sink and its source can't send another"});
  }
  lent_ = true;
  const Flag busy{busy_};
  const bool failed_before = std::exchange(failed_, true);  // until it is known to have ended well
  auto done = drivers::transfer(handle_, request,
                                {.phase = "request", .timeout = request.timeout, .sink = sink});
  if (!done) {
    // A request that was refused before it was sent harms nobody.
    failed_ = failed_before || done.error().kind != drivers::ErrorKind::kConfiguration;
    return tl::unexpected(std::move(done.error()));
  }
  failed_ = failed_before || done->rest == drivers::Rest::kUnread;
  return std::move(done->response);
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
