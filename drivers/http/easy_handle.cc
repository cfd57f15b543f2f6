#include "millpond/drivers/http/easy_handle.h"

#include <algorithm>
#include <new>
#include <utility>

namespace millpond::drivers {
namespace {

// The pool decides how long a connection may idle or live; libcurl must not replace it on its own.
constexpr long kNeverTooOld = 24L * 60 * 60;

constexpr std::chrono::milliseconds kApart{10};

std::string bracketed(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

long to_curl(std::chrono::milliseconds timeout) {
  return static_cast<long>(timeout.count());
}

}  // namespace

std::string HttpTarget::url(const std::string& path) const {
  const bool plain = tls.mode == TlsMode::kOff;
  std::string text =
      (plain ? "http://" : "https://") + bracketed(host) + ":" + std::to_string(port) + base_path;
  if (path.empty()) {
    return base_path.empty() ? text + "/" : text;
  }
  return text + (path.front() == '/' ? "" : "/") + path;
}

EasyHandle::EasyHandle(HttpTarget target)
    : target_(std::move(target)), sockets_(target_.tcp_user_timeout), easy_(curl_easy_init()) {
  if (!easy_) {
    throw std::bad_alloc{};
  }
  restore_defaults();
  pin_addresses();
}

void EasyHandle::restore_defaults() {
  CURL* easy = easy_.get();
  // Drops all cookies and stops collecting them. A reset alone keeps both, and leaks the list of
  // cookie files.
  curl_easy_setopt(easy, CURLOPT_COOKIEFILE, nullptr);
  curl_easy_reset(easy);
  error_text_[0] = '\0';
  sockets_.attach(easy);
  // Without this libcurl uses signals for its own timeouts: not for a program with threads.
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  // One lease, one connection.
  curl_easy_setopt(easy, CURLOPT_MAXCONNECTS, 1L);
  curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, kNeverTooOld);
  // The environment must not reroute a workload.
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  const char* const protocol = target_.tls.mode == TlsMode::kOff ? "http" : "https";
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, protocol);
  curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, protocol);
  if (target_.tls.mode != TlsMode::kOff) {
    demand_tls();
  }
  if (!target_.socket.empty()) {
    curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, target_.socket.c_str());
  }
  // Prior-knowledge HTTP/2 never reuses a connection in libcurl 7.88.
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_text_.data());
  curl_easy_setopt(easy, CURLOPT_URL, target_.url("").c_str());
  if (!target_.user_agent.empty()) {
    curl_easy_setopt(easy, CURLOPT_USERAGENT, target_.user_agent.c_str());
  }
  if (!target_.user.empty()) {
    curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    curl_easy_setopt(easy, CURLOPT_USERNAME, target_.user.c_str());
    curl_easy_setopt(easy, CURLOPT_PASSWORD, target_.password.reveal().c_str());
  }
  const auto continue_timeout =
      std::chrono::ceil<std::chrono::milliseconds>(target_.http.expect_continue_timeout);
  if (continue_timeout.count() > 0) {
    curl_easy_setopt(easy, CURLOPT_EXPECT_100_TIMEOUT_MS, to_curl(continue_timeout));
  }
  const auto read_timeout = std::chrono::ceil<std::chrono::milliseconds>(target_.read_timeout);
  limit_time(read_timeout);
  if (read_timeout.count() > 0) {
    // Still bounds a stalled transfer where the raw handle's user lifts the limit on the whole.
    const auto stalled = std::chrono::ceil<std::chrono::seconds>(read_timeout);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(stalled.count()));
  }
}

// With these protocols libcurl speaks TLS or not at all.
void EasyHandle::demand_tls() {
  CURL* easy = easy_.get();
  const TlsSettings& tls = target_.tls;
  constexpr long kNameMatches = 2;
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, tls.mode == TlsMode::kRequire ? 0L : 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST,
                   tls.mode == TlsMode::kVerifyFull ? kNameMatches : 0L);
  if (!tls.ca.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, tls.ca.c_str());
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);  // these authorities and no others
  }
  if (!tls.cert.empty()) {
    curl_easy_setopt(easy, CURLOPT_SSLCERT, tls.cert.c_str());
    curl_easy_setopt(easy, CURLOPT_SSLKEY, tls.key.c_str());
  }
}

void EasyHandle::limit_time(std::chrono::milliseconds whole) {
  CURL* easy = easy_.get();
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, to_curl(whole));
  // libcurl 7.88 forgets a timer that is due within a millisecond of another one of the same
  // handle, and then waits up to a second too long: one of the two must be clearly shorter or not
  // there.
  const bool shorter = target_.connect_timeout + kApart < whole;
  const bool needed = whole.count() == 0 || shorter;
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, needed ? to_curl(target_.connect_timeout) : 0L);
}

void EasyHandle::forget_borrower() {
  CURL* easy = easy_.get();
  curl_easy_setopt(easy, CURLOPT_SHARE, nullptr);
  // A reset alone keeps where HSTS and Alt-Svc led; of the latter, libcurl 7.88 forgets only the
  // protocols that it is for.
  curl_easy_setopt(easy, CURLOPT_HSTS_CTRL, 0L);
  curl_easy_setopt(easy, CURLOPT_ALTSVC_CTRL, long{CURLALTSVC_READONLYFILE});
  restore_defaults();
  pin_addresses();
}

// The name was looked up within the dial's budget. libcurl's own lookup runs on a thread that the
// handle's destructor waits for, however long the name servers take. The answer holds for as long
// as the connection lives; the next dial looks the name up again. An address is pinned too, since a
// borrower of the raw handle may have given it another meaning; one of IPv6 can't be, by anybody.
void EasyHandle::pin_addresses() {
  if (target_.addresses.empty() || target_.host.find(':') != std::string::npos) {
    return;
  }
  std::string line = target_.host + ":" + std::to_string(target_.port) + ":";
  const char* separator = "";
  for (const auto& address : target_.addresses) {
    line += separator + bracketed(address);
    separator = ",";
  }
  pinned_.reset(curl_slist_append(nullptr, line.c_str()));
  curl_easy_setopt(easy_.get(), CURLOPT_RESOLVE, pinned_.get());
}

}  // namespace millpond::drivers
