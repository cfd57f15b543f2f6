// Limits on a transfer's stages, which libcurl 7.88 does not know: the TLS handshake, the wait for
// the answer, and what is read over of a body that nobody wants. It has limits on the connect and
// on the whole, and calls its progress callback once a second only; so in these stages, where
// libcurl has nothing to send, the wait for the socket happens in that callback.
//
// Used by the thread that runs the transfer, and outlives it.
//
//   StageLimits stages{handle, {.whole = 3s, .head_bytes = 200}, body, response};
//   curl_easy_perform(easy);
//   if (stages.expired()) { … }
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/http/easy_handle.h"
#include "millpond/drivers/http/request_body.h"
#include "millpond/drivers/http/response_reader.h"

namespace millpond::drivers {

class StageLimits {
 public:
  struct Terms {
    std::chrono::milliseconds whole{};  // libcurl's own limit; zero: none
    std::size_t head_bytes = 0;         // of the request
    const Budget* budget = nullptr;     // whose stop token calls the transfer off
  };

  StageLimits(EasyHandle& handle, Terms terms, const RequestBody& body,
              const ResponseReader& response);
  StageLimits(const StageLimits&) = delete;
  StageLimits& operator=(const StageLimits&) = delete;

  // Before each time that libcurl sends the request.
  void note_request();

  struct Expired {
    std::string phase;  // empty: that of the transfer
    std::string message;
  };
  // The limit that ended the transfer, if one did.
  const std::optional<Expired>& expired() const { return expired_; }

 private:
  using Clock = Budget::Clock;
  enum class Stage { kOther, kHandshake, kAnswer, kRest };

  static CURLcode on_handshake(CURL* easy, void* context, void* self);
  static int on_progress(void* self, curl_off_t whole, curl_off_t downloaded, curl_off_t,
                         curl_off_t uploaded);

  bool has_answer_limit() const;
  bool has_tls_limit() const;
  bool cancelled() const { return terms_.budget != nullptr && terms_.budget->cancelled(); }
  Stage stage(curl_off_t uploaded) const;
  bool goes_on(Stage stage);
  bool may_wait(Stage stage) const;
  std::chrono::microseconds limit_of(Stage stage) const;
  bool await_bytes(Clock::time_point until);
  Clock::time_point libcurls_deadline() const;
  void expire(Stage stage);

  EasyHandle& handle_;
  const Terms terms_;
  const RequestBody& body_;
  const ResponseReader& response_;
  const Clock::time_point started_ = Clock::now();
  const bool watches_answer_;
  int sockets_then_ = -1;  // when the request was sent; more: libcurl connects for another try
  std::optional<Clock::time_point> handshake_began_;
  curl_off_t handshakes_took_ = 0;  // before that one, in libcurl's reckoning
  Stage current_ = Stage::kOther;
  Clock::time_point current_began_;
  bool rest_is_due_ = false;  // by the length that the response states
  std::optional<Expired> expired_;
};

}  // namespace millpond::drivers
