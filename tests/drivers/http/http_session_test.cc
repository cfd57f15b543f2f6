// What the HTTP driver owes beyond the conformance suite, against a real server.
#include <curl/curl.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/http/http.h"
#include "millpond/drivers/http/message.h"
#include "millpond/drivers/http/session.h"
#include "millpond/tests/drivers/http/http_backend.h"

namespace millpond::drivers {
namespace {

using std::chrono_literals::operator""s;

constexpr auto kAmple = 10s;

class HttpDriver : public testing::Test {
 protected:
  static void SetUpTestSuite() { backend_ = std::make_unique<HttpBackend>(); }
  static void TearDownTestSuite() { backend_.reset(); }

  static Result<std::unique_ptr<Connection>> connect(const Endpoint& endpoint) {
    SessionSettings settings;
    settings.tcp_user_timeout = 5s;
    return backend_->driver()->connect(endpoint, settings, Budget{kAmple});
  }

  static std::unique_ptr<Connection> connected() {
    auto connection = connect(backend_->endpoint());
    if (!connection) {
      throw std::runtime_error(connection.error().message);
    }
    return std::move(*connection);
  }

  static std::string stored(const std::string& name) {
    std::ifstream file{backend_->server().files() / name};
    return {std::istreambuf_iterator<char>{file}, {}};
  }

  inline static std::unique_ptr<HttpBackend> backend_;
};

TEST_F(HttpDriver, PutsAndGetsOverOneConnection) {
  const auto connection = connected();
  auto& http = Http::handle(*connection);
  const std::string session = backend_->session_of(*connection);
  const auto created = http.put("/orders/42", "three ponds");
  ASSERT_TRUE(created) << created.error().message;
  EXPECT_EQ(created->status, 201);
  EXPECT_EQ(stored("orders/42"), "three ponds");
  const auto read = http.get("orders/42");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->status, 200);
  EXPECT_EQ(read->body, "three ponds");
  EXPECT_EQ(read->header("content-length"), "11");
  EXPECT_EQ(backend_->session_of(*connection), session);
  EXPECT_EQ(http.swaps(), 0);
  EXPECT_TRUE(connection->reusable());
  EXPECT_EQ(connection->reset_need(), ResetNeed::kNone);
}

TEST_F(HttpDriver, AnyStatusIsAResponse) {
  const auto connection = connected();
  const auto missing = Http::handle(*connection).get("/nothing-here");
  ASSERT_TRUE(missing);
  EXPECT_EQ(missing->status, 404);
  EXPECT_TRUE(connection->reusable());
}

TEST_F(HttpDriver, OtherMethodsReachTheServer) {
  const auto connection = connected();
  auto& http = Http::handle(*connection);
  ASSERT_TRUE(http.put("/doomed", "x"));
  EXPECT_EQ(http.request({.method = "DELETE", .path = "/doomed"})->status, 204);
  EXPECT_EQ(http.get("/doomed")->status, 404);
  const auto head = http.request({.method = "HEAD", .path = "/"});
  ASSERT_TRUE(head) << head.error().message;
  EXPECT_EQ(head->body, "");
  EXPECT_TRUE(connection->reusable());
}

TEST_F(HttpDriver, ABodyLargerThanAnyBufferPassesBothWays) {
  const auto connection = connected();
  auto& http = Http::handle(*connection);
  const std::string large(1'000'000, 'x');  // nginx takes no more than a mebibyte
  EXPECT_EQ(http.put("/large", large)->status, 201);
  EXPECT_EQ(http.get("/large")->body, large);
}

TEST_F(HttpDriver, ABasePathThatTheServerDoesNotHaveIsStillAConnection) {
  Endpoint endpoint = backend_->endpoint();
  endpoint.path = "no/such/base/";
  EXPECT_TRUE(connect(endpoint));
}

TEST_F(HttpDriver, TheSocketIsItsOwnAndNoChildInheritsIt) {
  const auto connection = connected();
  const int fd = connection->watch_fd();
  EXPECT_EQ(::fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
  int milliseconds = 0;
  socklen_t size = sizeof milliseconds;
  ::getsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds, &size);
  EXPECT_EQ(milliseconds, 5000);
}

TEST_F(HttpDriver, AConnectionCostsTheDescriptorsItSays) {
  const auto count = [] {
    return std::distance(std::filesystem::directory_iterator{"/proc/self/fd"}, {});
  };
  const auto before = count();
  const auto connection = connected();
  EXPECT_EQ(count() - before, backend_->driver()->descriptors_per_connection());
}

TEST_F(HttpDriver, TheEnvironmentCannotRerouteAWorkload) {
  ::setenv("http_proxy", "http://127.0.0.1:1/", 1);
  const auto connection = connect(backend_->endpoint());
  ::unsetenv("http_proxy");
  EXPECT_TRUE(connection) << connection.error().message;
}

TEST_F(HttpDriver, AHostNameIsLookedUpOnceForTheLifeOfTheConnection) {
  Endpoint endpoint = backend_->endpoint();
  endpoint.host = "localhost";
  const auto connection = connect(endpoint);
  ASSERT_TRUE(connection) << connection.error().message;
  EXPECT_EQ(Http::handle(**connection).get("/nothing-here")->status, 404);
}

TEST_F(HttpDriver, AUrlIsNoHost) {
  Endpoint endpoint = backend_->endpoint();
  endpoint.host = "https://pay.internal";
  const auto connection = connect(endpoint);
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, ErrorKind::kConfiguration);
  EXPECT_EQ(connection.error().message,
            "\"https://pay.internal\" is not a host name or an address");
  endpoint.host = "user@elsewhere";
  EXPECT_EQ(connect(endpoint).error().message,
            "\"user@elsewhere\" is not a host name or an address");
}

TEST_F(HttpDriver, AConnectionReplacedByLibcurlIsCounted) {
  const auto connection = connected();
  auto& http = Http::handle(*connection);
  const std::string first = backend_->session_of(*connection);
  backend_->end(first);
  const auto response = http.get("/nothing-here");
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(http.swaps(), 1);
  EXPECT_NE(backend_->session_of(*connection), first);
  EXPECT_TRUE(connection->probe(Budget{kAmple}));
}

TEST_F(HttpDriver, TheRawHandleIsLibcurlsOwnAndCostsAReset) {
  const auto connection = connected();
  const std::string session = backend_->session_of(*connection);
  CURL* easy = Http::handle(*connection).easy();
  curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  EXPECT_EQ(curl_easy_perform(easy), CURLE_OK);
  EXPECT_EQ(connection->reset_need(), ResetNeed::kSession);
  EXPECT_TRUE(connection->reusable());
  ASSERT_TRUE(connection->reset(ResetNeed::kSession, Budget{kAmple}));
  EXPECT_EQ(connection->reset_need(), ResetNeed::kNone);
  EXPECT_EQ(backend_->session_of(*connection), session) << "the connection survives its reset";
}

}  // namespace
}  // namespace millpond::drivers
