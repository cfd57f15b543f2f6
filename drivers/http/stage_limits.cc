#include "millpond/drivers/http/stage_limits.h"

#include <poll.h>

#include <algorithm>
#include <string>

#include "millpond/drivers/http/socket_tracker.h"
#include "millpond/drivers/tls.h"

namespace millpond::drivers {
namespace {

// How long what is left of an unwanted body may take to come.
constexpr std::chrono::milliseconds kRestTime{100};

// How long a wait may overlook that it was called off.
constexpr std::chrono::milliseconds kGlance{100};

// A head up to here leaves with one send: the socket's buffer is larger, and empty.
constexpr std::size_t kHeadSentAtOnce = std::size_t{8} * 1024;

curl_off_t handshakes_took(CURL* easy) {
  curl_off_t microseconds = 0;
  curl_easy_getinfo(easy, CURLINFO_APPCONNECT_TIME_T, &microseconds);
  return microseconds;
}

std::string text_of(std::chrono::microseconds limit) {
  return std::to_string(std::chrono::ceil<std::chrono::milliseconds>(limit).count()) + "ms";
}

}  // namespace

StageLimits::StageLimits(EasyHandle& handle, Terms terms, const RequestBody& body,
                         const ResponseReader& response)
    : handle_(handle),
      terms_(terms),
      body_(body),
      response_(response),
      watches_answer_(has_answer_limit()) {
  CURL* easy = handle_.get();
  if (has_tls_limit()) {
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, &StageLimits::on_handshake);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, this);
  }
  if (watches_answer_ || has_tls_limit() || response_.has_sink() || terms_.budget != nullptr) {
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, &StageLimits::on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, this);
  }
}

// A limit that libcurl's own undercut costs nothing.
bool StageLimits::has_answer_limit() const {
  const auto limit = handle_.target().http.response_header_timeout;
  return limit.count() > 0 && (terms_.whole.count() == 0 || limit < terms_.whole);
}

bool StageLimits::has_tls_limit() const {
  const auto limit = handle_.target().http.tls_timeout;
  return limit.count() > 0 && handle_.target().tls.mode != TlsMode::kOff &&
         limit < handle_.target().connect_timeout &&
         (terms_.whole.count() == 0 || limit < terms_.whole);
}

void StageLimits::note_request() {
  sockets_then_ = handle_.sockets().opened();
  handshake_began_.reset();
}

// libcurl calls this when a connection stands and its handshake is about to begin.
CURLcode StageLimits::on_handshake(CURL* easy, void*, void* self) {
  auto& stages = *static_cast<StageLimits*>(self);
  stages.handshake_began_ = Clock::now();
  stages.handshakes_took_ = handshakes_took(easy);
  return CURLE_OK;
}

int StageLimits::on_progress(void* self, curl_off_t whole, curl_off_t downloaded, curl_off_t,
                             curl_off_t uploaded) {
  auto& stages = *static_cast<StageLimits*>(self);
  const Stage stage = stages.stage(uploaded);
  if (stage != stages.current_) {
    stages.current_ = stage;
    stages.current_began_ = Clock::now();
  }
  stages.rest_is_due_ = downloaded < whole;
  return stages.goes_on(stage) ? 0 : 1;
}

StageLimits::Stage StageLimits::stage(curl_off_t uploaded) const {
  if (handshake_began_ && handshakes_took(handle_.get()) == handshakes_took_) {
    return Stage::kHandshake;
  }
  if (response_.has_enough()) {
    return Stage::kRest;
  }
  const SocketTracker& sockets = handle_.sockets();
  const bool on_its_way = sockets.opened() == sockets_then_ && sockets.socket() >= 0;
  const bool unanswered = on_its_way && !response_.begun() && body_.has_left(uploaded);
  return watches_answer_ && unanswered ? Stage::kAnswer : Stage::kOther;
}

bool StageLimits::goes_on(Stage stage) {
  if (cancelled()) {
    return false;
  }
  if (stage == Stage::kOther) {
    return true;
  }
  const auto until = current_began_ + limit_of(stage);
  if (may_wait(stage) ? await_bytes(until) : Clock::now() < until) {
    return true;
  }
  if (!cancelled()) {
    expire(stage);
  }
  return false;
}

// Where libcurl may have something to do but to wait, it does the waiting, a second at a time.
bool StageLimits::may_wait(Stage stage) const {
  switch (stage) {
    case Stage::kAnswer:
      return terms_.head_bytes <= kHeadSentAtOnce;
    case Stage::kRest:
      return rest_is_due_;
    default:
      return true;
  }
}

std::chrono::microseconds StageLimits::limit_of(Stage stage) const {
  switch (stage) {
    case Stage::kHandshake:
      return handle_.target().http.tls_timeout;
    case Stage::kAnswer:
      return handle_.target().http.response_header_timeout;
    default:
      return kRestTime;
  }
}

// False when `until` has come or the transfer was called off.
bool StageLimits::await_bytes(Clock::time_point until) {
  const auto turn_back = libcurls_deadline();
  for (;;) {
    const auto now = Clock::now();
    if (now >= turn_back) {
      return true;
    }
    if (now >= until || cancelled()) {
      return false;
    }
    const auto left = std::min({until - now, turn_back - now, Clock::duration{kGlance}});
    pollfd watched{.fd = handle_.sockets().socket(), .events = POLLIN, .revents = 0};
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(left);
    if (::poll(&watched, 1, static_cast<int>(wait.count())) != 0) {
      return true;
    }
  }
}

// From then on libcurl has to look at its own limits.
StageLimits::Clock::time_point StageLimits::libcurls_deadline() const {
  auto deadline = Clock::time_point::max();
  if (terms_.whole.count() > 0) {
    deadline = started_ + terms_.whole;
  }
  if (current_ == Stage::kHandshake) {
    deadline = std::min(deadline, started_ + handle_.target().connect_timeout);
  }
  return deadline;
}

void StageLimits::expire(Stage stage) {
  const HttpTarget& target = handle_.target();
  const std::string where = target.host + ":" + std::to_string(target.port) + ": ";
  if (stage == Stage::kHandshake) {
    expired_ = Expired{.phase = "tls",
                       .message = where + "the TLS handshake took longer than tls_timeout (" +
                                  text_of(target.http.tls_timeout) + ")"};
  } else if (stage == Stage::kAnswer) {
    expired_ =
        Expired{.phase = "",
                .message = where + "no answer within response_header_timeout (" +
                           text_of(target.http.response_header_timeout) + ") of the request"};
  }
}

}  // namespace millpond::drivers
