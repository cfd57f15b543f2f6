#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

#include "millpond/bench/raw/raw_session.h"

namespace millpond::bench {
namespace {

struct Cleanup {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};

curl_socket_t open_socket(void*, curlsocktype, curl_sockaddr* address) {
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int close_socket(void*, curl_socket_t socket) {
  return ::close(socket);
}

class RawHttp final : public RawSession {
 public:
  RawHttp(const drivers::Endpoint& endpoint, const drivers::SessionSettings& settings)
      : url_("http://" + endpoint.host + ":" + std::to_string(endpoint.port) + endpoint.path),
        user_agent_(settings.app_name),
        read_timeout_(std::chrono::ceil<std::chrono::milliseconds>(settings.read_timeout)),
        easy_(curl_easy_init()) {
    reset();
  }

  void probe() override {
    curl_easy_setopt(easy_.get(), CURLOPT_NOBODY, 1L);
    const CURLcode code = curl_easy_perform(easy_.get());
    if (code != CURLE_OK) {
      throw std::runtime_error{curl_easy_strerror(code)};
    }
  }

  // The options that the driver sets for an endpoint in the clear.
  void reset() override {
    CURL* const easy = easy_.get();
    const auto whole_seconds = std::chrono::ceil<std::chrono::seconds>(read_timeout_);
    constexpr long kDay = 24L * 60 * 60;
    curl_easy_setopt(easy, CURLOPT_SHARE, nullptr);
    curl_easy_setopt(easy, CURLOPT_COOKIEFILE, nullptr);
    curl_easy_reset(easy);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, nullptr);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, &close_socket);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, nullptr);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_MAXCONNECTS, 1L);
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, kDay);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http");
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_text_.data());
    curl_easy_setopt(easy, CURLOPT_URL, url_.c_str());
    curl_easy_setopt(easy, CURLOPT_USERAGENT, user_agent_.c_str());
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(read_timeout_.count()));
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, 0L);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(whole_seconds.count()));
  }

 private:
  const std::string url_;
  const std::string user_agent_;
  const std::chrono::milliseconds read_timeout_;
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  std::unique_ptr<CURL, Cleanup> easy_;
};

}  // namespace

std::unique_ptr<RawSession> raw_http(const drivers::Endpoint& endpoint,
                                     const drivers::SessionSettings& settings) {
  return std::make_unique<RawHttp>(endpoint, settings);
}

}  // namespace millpond::bench
