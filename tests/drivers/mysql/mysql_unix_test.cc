#include <gtest/gtest.h>
#include <sys/socket.h>

#include <chrono>
#include <memory>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/tls.h"
#include "millpond/tests/drivers/mysql/backend.h"

namespace millpond::drivers {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

class MysqlUnix : public testing::Test {
 protected:
  static void SetUpTestSuite() { backend_ = std::make_unique<MysqlBackend>(); }
  static void TearDownTestSuite() { backend_.reset(); }

  static Endpoint endpoint() {
    Endpoint endpoint = backend_->endpoint();
    endpoint.host = backend_->server().socket();
    return endpoint;
  }

  static Result<std::unique_ptr<Connection>> connect(const Endpoint& endpoint) {
    return backend_->driver()->connect(endpoint, {}, Budget{10s});
  }

  inline static std::unique_ptr<MysqlBackend> backend_;
};

TEST_F(MysqlUnix, ConnectsOverTheSocketProbesAndResets) {
  const auto connection = connect(endpoint());
  ASSERT_TRUE(connection) << connection.error().message;
  int domain = 0;
  socklen_t size = sizeof domain;
  getsockopt((*connection)->watch_fd(), SOL_SOCKET, SO_DOMAIN, &domain, &size);
  EXPECT_EQ(domain, AF_UNIX);
  EXPECT_TRUE((*connection)->probe(Budget{10s}));
  backend_->dirty(**connection);
  EXPECT_TRUE((*connection)->reset(ResetNeed::kSession, Budget{10s}));
  EXPECT_FALSE(backend_->is_dirty(**connection));
}

TEST_F(MysqlUnix, AFrozenServerCostsTheBudget) {
  const auto connection = connect(endpoint());
  ASSERT_TRUE(connection) << connection.error().message;
  backend_->freeze({});
  const Result<void> probed = (*connection)->probe(Budget{300ms});
  const auto start = Budget::Clock::now();
  const auto second = backend_->driver()->connect(endpoint(), {}, Budget{300ms});
  const auto elapsed = Budget::Clock::now() - start;
  backend_->thaw({});
  ASSERT_FALSE(probed);
  EXPECT_EQ(probed.error().kind, ErrorKind::kTimeout);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kTimeout);
  EXPECT_LT(elapsed, 1s);
}

TEST_F(MysqlUnix, ASocketThatIsNotThereIsNamed) {
  Endpoint nowhere = endpoint();
  nowhere.host = "/nowhere/my.sock";
  const auto connection = connect(nowhere);
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, ErrorKind::kRefused) << connection.error().message;
  EXPECT_NE(connection.error().message.find("/nowhere/my.sock"), std::string::npos);
}

TEST_F(MysqlUnix, TlsOverASocketIsRefused) {
  Endpoint encrypted = endpoint();
  encrypted.tls.mode = TlsMode::kRequire;
  const auto connection = connect(encrypted);
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, ErrorKind::kConfiguration);
  EXPECT_EQ(connection.error().phase, "tls");
}

}  // namespace
}  // namespace millpond::drivers
