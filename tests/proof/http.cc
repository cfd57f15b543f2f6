// Strangers in HTTP connections.
#include "millpond/drivers/http/http.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <signal.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>

#include "millpond/tests/drivers/http/http_backend.h"
#include "millpond/tests/proof/backend.h"

namespace millpond::proof {
namespace {

using drivers::Connection;
using std::chrono_literals::operator""ms;

std::string answer(Connection& connection, const HttpRequest& request) {
  const auto response = Http::handle(connection).request(request);
  if (!response) {
    throw std::runtime_error(response.error().message);
  }
  std::string text = std::to_string(response->status);
  for (const auto& [name, value] : response->headers) {
    // Neither is of the session: a server about to reload says "Connection: close".
    if (name != "Date" && name != "Connection") {
      text += fmt::format(" {}: {};", name, value);
    }
  }
  return text + ' ' + response->body;
}

std::size_t swallow(char*, std::size_t, std::size_t size, void*) {
  return size;
}
std::size_t refuse(char*, std::size_t, std::size_t, void*) {
  return 0;
}

void perform(Connection& connection) {
  CURL* easy = Http::handle(connection).easy();
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &swallow);
  curl_easy_perform(easy);
}

// An option that the borrower leaves set, after a request of its own or without one.
template <class Value>
Act option(const char* name, CURLoption which, Value value, bool then_perform = false) {
  return {.name = name, .play = [=](Connection& connection, std::int64_t) {
            curl_easy_setopt(Http::handle(connection).easy(), which, value);
            if (then_perform) {
              perform(connection);
            }
          }};
}

Act list_option(const char* name, CURLoption which, const char* line) {
  const std::shared_ptr<curl_slist> list{curl_slist_append(nullptr, line), &curl_slist_free_all};
  return {.name = name, .play = [which, list](Connection& connection, std::int64_t) {
            curl_easy_setopt(Http::handle(connection).easy(), which, list.get());
          }};
}

void share_cookies(Connection& connection, std::int64_t) {
  static CURLSH* const share = [] {
    CURLSH* made = curl_share_init();
    curl_share_setopt(made, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE);
    return made;
  }();
  CURL* easy = Http::handle(connection).easy();
  curl_easy_setopt(easy, CURLOPT_SHARE, share);
  curl_easy_setopt(easy, CURLOPT_COOKIELIST, "Set-Cookie: shared=stranger; path=/");
}

Act request(const char* name, const HttpRequest& sent) {
  return {.name = name, .play = [sent](Connection& connection, std::int64_t id) {
            HttpRequest numbered = sent;
            numbered.path += fmt::format("?id={}", id + 1);
            Http::handle(connection).request(numbered);
          }};
}

class HttpProof final : public Backend {
 public:
  std::string_view name() const override { return "http"; }
  std::string server_lines() const override {
    return fmt::format("endpoint = \"http://127.0.0.1:{}\"\n", server_.endpoint().port);
  }
  const drivers::Driver& driver() const override { return *server_.driver(); }
  drivers::Endpoint endpoint() const override { return server_.endpoint(); }

  std::vector<Act> poisons() override {
    return {
        request("a cookie is received", {.path = "/cookie"}),
        request("headers are sent",
                {.path = "/echo", .headers = {{"Authorization", "stranger"}, {"Cookie", "a=b"}}}),
        request("a body is sent", {.method = "POST", .path = "/echo", .body = "stranger"}),
        request("HEAD", {.method = "HEAD", .path = "/echo"}),
        request("the response is too large", {.path = "/echo", .max_response_bytes = 5}),
        request("the request times out", {.path = "/slow", .timeout = 5ms}),
        option("COOKIE", CURLOPT_COOKIE, "sid=stranger"),
        option("COOKIELIST", CURLOPT_COOKIELIST, "Set-Cookie: sid=stranger; path=/"),
        option("COOKIEFILE", CURLOPT_COOKIEFILE, "", true),
        {"SHARE", &share_cookies},
        option("USERAGENT", CURLOPT_USERAGENT, "stranger"),
        option("REFERER", CURLOPT_REFERER, "stranger"),
        option("USERPWD", CURLOPT_USERPWD, "stranger:secret"),
        option("XOAUTH2_BEARER", CURLOPT_XOAUTH2_BEARER, "stranger"),
        list_option("HTTPHEADER", CURLOPT_HTTPHEADER, "X-Stranger: yes"),
        list_option("RESOLVE", CURLOPT_RESOLVE, "127.0.0.1:1:127.0.0.2"),
        list_option("CONNECT_TO", CURLOPT_CONNECT_TO, "::127.0.0.1:1"),
        option("CUSTOMREQUEST", CURLOPT_CUSTOMREQUEST, "DELETE", true),
        option("POSTFIELDS", CURLOPT_COPYPOSTFIELDS, "stranger=1", true),
        option("RANGE", CURLOPT_RANGE, "1-2"),
        option("NOBODY", CURLOPT_NOBODY, 1L),
        option("ACCEPT_ENCODING", CURLOPT_ACCEPT_ENCODING, "gzip"),
        option("HTTP_VERSION", CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_0)),
        option("HTTP_VERSION, used", CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_0),
               true),
        option("TIMEOUT_MS", CURLOPT_TIMEOUT_MS, 1L),
        option("MAXFILESIZE", CURLOPT_MAXFILESIZE, 1L),
        option("URL", CURLOPT_URL, "http://127.0.0.1:1/"),
        option("PROXY", CURLOPT_PROXY, "http://127.0.0.1:1"),
        option("CONNECT_ONLY", CURLOPT_CONNECT_ONLY, 1L, true),
        option("FORBID_REUSE", CURLOPT_FORBID_REUSE, 1L, true),
        option("HEADER", CURLOPT_HEADER, 1L),
        option("WRITEFUNCTION", CURLOPT_WRITEFUNCTION, &refuse),
        option("HEADERFUNCTION", CURLOPT_HEADERFUNCTION, &refuse),
        option("WRITEDATA", CURLOPT_WRITEDATA, static_cast<void*>(nullptr)),
    };
  }

  std::string look(Connection& connection) const override {
    return answer(connection, {.path = "/echo"}) +
           answer(connection, {.method = "POST", .path = "/echo", .body = "mine"});
  }

  std::vector<Act> abandons() override {
    return {request("the response is too large", {.path = "/echo", .max_response_bytes = 5}),
            request("the request times out", {.path = "/slow", .timeout = 3ms}),
            {"a raw request is refused half-way",
             [this](Connection& connection, std::int64_t id) {
               CURL* easy = Http::handle(connection).easy();
               const std::string url =
                   fmt::format("http://127.0.0.1:{}/echo?id={}", server_.endpoint().port, id + 1);
               curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
               curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &refuse);
               curl_easy_perform(easy);
             }},
            {"a raw request is sent and its response left",
             [](Connection& connection, std::int64_t id) {
               CURL* easy = Http::handle(connection).easy();
               curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
               curl_easy_perform(easy);
               const std::string sent =
                   fmt::format("GET /echo?id={} HTTP/1.1\r\nHost: stranger\r\n\r\n", id + 1);
               std::size_t length = 0;
               curl_easy_send(easy, sent.data(), sent.size(), &length);
             }},
            {"an exception leaves a request", [](Connection& connection, std::int64_t id) {
               Http::handle(connection).get(fmt::format("/echo?id={}", id + 1));
               throw std::runtime_error("the borrower gives up");
             }}};
  }

  std::string ask(Connection& connection, std::int64_t id) const override {
    const std::string text = answer(connection, {.path = fmt::format("/echo?id={}", id)});
    const auto begin = text.find("id=");
    return begin == std::string::npos ? text
                                      : text.substr(begin + 3, text.find(' ', begin) - begin - 3);
  }

  std::string session_of(Connection& connection) const override {
    return server_.session_of(connection);
  }
  // And every other that is idle.
  void end(const std::string&) override { server_.server().process().signal(SIGHUP); }
  Borrow borrower(const Registry& registry) const override { return borrower_of<Http>(registry); }

 private:
  drivers::HttpBackend server_;
};

}  // namespace

std::unique_ptr<Backend> make_http() {
  return std::make_unique<HttpProof>();
}

}  // namespace millpond::proof
