// What the Redis driver owes beyond the conformance suite, against a real server.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <hiredis/hiredis.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/redis/redis.h"
#include "millpond/drivers/redis/reply.h"
#include "millpond/drivers/redis/session.h"
#include "millpond/drivers/secret.h"
#include "millpond/tests/drivers/redis/redis_backend.h"

namespace millpond::drivers {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

constexpr auto kAmple = 10s;

class RedisDriver : public testing::Test {
 protected:
  static void SetUpTestSuite() { backend_ = std::make_unique<RedisBackend>(); }
  static void TearDownTestSuite() { backend_.reset(); }

  RedisDriver() { settings_.app_name = "shop/sessions"; }

  Result<std::unique_ptr<Connection>> connect(const Endpoint& endpoint) const {
    return backend_->driver()->connect(endpoint, settings_, Budget{kAmple});
  }

  std::unique_ptr<Connection> connected() const { return connected(backend_->endpoint()); }

  std::unique_ptr<Connection> connected(const Endpoint& endpoint) const {
    auto connection = connect(endpoint);
    if (!connection) {
      throw std::runtime_error(connection.error().message);
    }
    return std::move(*connection);
  }

  // The reply's text, or what went wrong.
  static std::string ask(Connection& connection,
                         std::initializer_list<std::string_view> arguments) {
    const auto reply = Redis::handle(connection).command(arguments);
    return reply ? std::string{reply->text()} : "failed: " + reply.error().message;
  }

  static Result<void> reset(Connection& connection) {
    return connection.reset(connection.reset_need(), Budget{kAmple});
  }

  static void await_readable(int fd) {
    pollfd wait{.fd = fd, .events = POLLIN, .revents = 0};
    ASSERT_EQ(::poll(&wait, 1, 10'000), 1);
  }

  inline static std::unique_ptr<RedisBackend> backend_;
  SessionSettings settings_;
};

TEST_F(RedisDriver, CommandsAreBinarySafe) {
  const auto connection = connected();
  const std::string bytes{"a\0b\r\n$3\r\n", 9};
  EXPECT_EQ(ask(*connection, {"SET", "bytes", bytes}), "OK");
  EXPECT_EQ(ask(*connection, {"GET", "bytes"}), bytes);
  EXPECT_EQ(ask(*connection, {"SET", "empty", {}}), "OK");
  EXPECT_EQ(ask(*connection, {"GET", "empty"}), "");
}

TEST_F(RedisDriver, APipelinesRepliesComeInTheOrderOfItsCommands) {
  const auto connection = connected();
  RedisSession& session = Redis::handle(*connection);
  const auto replies =
      session.pipeline({{"SET", "n", "1"}, {"INCR", "n"}, {"LPUSH", "n", "x"}, {"GET", "n"}});
  ASSERT_TRUE(replies) << replies.error().message;
  ASSERT_EQ(replies->size(), 4U);
  EXPECT_EQ(replies->at(0).text(), "OK");
  EXPECT_EQ(replies->at(1).integer(), 2);
  EXPECT_TRUE(replies->at(2).is_error());
  EXPECT_EQ(replies->at(3).text(), "2");
  EXPECT_EQ(connection->reset_need(), ResetNeed::kNone);
  ASSERT_TRUE(session.pipeline({{"SELECT", "7"}, {"PING"}}));
  EXPECT_EQ(connection->reset_need(), ResetNeed::kSession);
  EXPECT_FALSE(session.pipeline({{"PING"}, {}}));
  EXPECT_TRUE(connection->reusable()) << "nothing of it was sent";
}

TEST_F(RedisDriver, RepliesTellTheirTypesApart) {
  const auto connection = connected();
  auto& session = Redis::handle(*connection);
  session.command({"DEL", "counter", "nothing"});
  EXPECT_EQ(session.command({"INCRBY", "counter", "41"})->integer(), 41);
  EXPECT_TRUE(session.command({"GET", "nothing"})->is_null());
  EXPECT_TRUE(session.command({"PING"})->is_status());
  const auto both = session.command({"MGET", "counter", "nothing"});
  ASSERT_EQ(both->raw()->type, REDIS_REPLY_ARRAY);
  EXPECT_EQ(both->raw()->elements, 2U);
  EXPECT_EQ(both->text(), "");
}

TEST_F(RedisDriver, AnErrorReplyIsAReplyAndTheSessionGoesOn) {
  const auto connection = connected();
  ask(*connection, {"SET", "text", "not a list"});
  const auto reply = Redis::handle(*connection).command({"LPUSH", "text", "x"});
  ASSERT_TRUE(reply);
  EXPECT_TRUE(reply->is_error());
  EXPECT_EQ(reply->text().substr(0, 9), "WRONGTYPE");
  EXPECT_TRUE(connection->reusable());
  EXPECT_EQ(connection->reset_need(), ResetNeed::kNone);
  EXPECT_EQ(ask(*connection, {"GET", "text"}), "not a list");
}

TEST_F(RedisDriver, ACommandWithoutANameIsRefusedBeforeItIsSent) {
  const auto connection = connected();
  const auto reply = Redis::handle(*connection).command({});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, ErrorKind::kConfiguration);
  EXPECT_TRUE(connection->reusable());
}

TEST_F(RedisDriver, AValueLargerThanAnyBufferPassesBothWays) {
  const auto connection = connected();
  const std::string large(8'000'000, 'x');
  EXPECT_EQ(ask(*connection, {"SET", "large", large}), "OK");
  EXPECT_EQ(ask(*connection, {"GET", "large"}), large);
  EXPECT_TRUE(connection->reusable());
}

TEST_F(RedisDriver, SetsUpTheSessionAsThePolicySays) {
  settings_.app_name = "shop sessions";
  settings_.tcp_user_timeout = 5s;
  settings_.read_timeout = 1500ms;
  settings_.write_timeout = 2s;
  Endpoint endpoint = backend_->endpoint();
  endpoint.path = "/3";
  const auto connection = connected(endpoint);
  EXPECT_EQ(ask(*connection, {"CLIENT", "GETNAME"}), "shop-sessions");
  EXPECT_NE(ask(*connection, {"CLIENT", "INFO"}).find(" db=3 "), std::string::npos);

  const int fd = connection->watch_fd();
  EXPECT_EQ(::fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
  int milliseconds = 0;
  socklen_t size = sizeof milliseconds;
  ::getsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds, &size);
  EXPECT_EQ(milliseconds, 5000);
  timeval read{};
  size = sizeof read;
  ::getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &read, &size);
  EXPECT_EQ(std::chrono::seconds{read.tv_sec} + std::chrono::microseconds{read.tv_usec}, 1500ms);
}

TEST_F(RedisDriver, ReadsADatabaseNumberAndNothingElse) {
  Endpoint endpoint = backend_->endpoint();
  endpoint.path = "sessions";
  const auto word = connect(endpoint);
  ASSERT_FALSE(word);
  EXPECT_EQ(word.error().kind, ErrorKind::kConfiguration);
  EXPECT_EQ(word.error().message, "a Redis database is a number, not \"sessions\"");
  endpoint.path = "99";
  const auto beyond = connect(endpoint);
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().kind, ErrorKind::kConfiguration);
  EXPECT_EQ(beyond.error().phase, "session set-up");
  EXPECT_EQ(beyond.error().message, "SELECT: ERR DB index is out of range");
}

TEST_F(RedisDriver, LogsInAsANamedUser) {
  backend_->server().command({"ACL", "SETUSER", "shop", "on", ">wat3r", "~*", "&*", "+@all"});
  Endpoint endpoint = backend_->endpoint();
  endpoint.user = "shop";
  endpoint.password = Secret{"wat3r"};
  const auto connection = connected(endpoint);
  EXPECT_EQ(ask(*connection, {"ACL", "WHOAMI"}), "shop");
  Redis::handle(*connection).context();
  ASSERT_TRUE(reset(*connection));
  EXPECT_EQ(ask(*connection, {"ACL", "WHOAMI"}), "shop");
}

TEST_F(RedisDriver, AWrongPasswordSaysSoInTheServersWords) {
  Endpoint endpoint = backend_->endpoint();
  endpoint.password = Secret{"invalid"};  // a word of the server's own message
  const auto connection = connect(endpoint);
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, ErrorKind::kAuthentication);
  EXPECT_EQ(connection.error().phase, "authenticate");
  EXPECT_EQ(connection.error().message,
            "AUTH: WRONGPASS *** username-password pair or user is disabled.");
}

TEST_F(RedisDriver, AMissingPasswordSaysSo) {
  Endpoint endpoint = backend_->endpoint();
  endpoint.password = Secret{};
  const auto connection = connect(endpoint);
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, ErrorKind::kAuthentication);
}

TEST_F(RedisDriver, AServerAtItsLimitIsRecognisedThoughItAcceptedTheSocket) {
  const auto first = connected();
  ask(*first, {"CONFIG", "SET", "maxclients", "1"});
  const auto second = connect(backend_->endpoint());
  ask(*first, {"CONFIG", "SET", "maxclients", "10000"});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kTooManyConnections) << second.error().message;
  EXPECT_TRUE(connect(backend_->endpoint()));
}

TEST_F(RedisDriver, AReplyNobodyReadKeepsTheSessionFromBeingLentAgain) {
  const auto connection = connected();
  redisContext* context = Redis::handle(*connection).context();
  redisAppendCommand(context, "SET owner secret-of-A");
  redisAppendCommand(context, "GET owner");
  EXPECT_FALSE(connection->reusable()) << "there is something to send";
  void* reply = nullptr;
  ASSERT_EQ(redisGetReply(context, &reply), REDIS_OK);
  freeReplyObject(reply);
  // Whether the second reply came along with the first is a matter of timing. If it did, it shows;
  // if not, nothing may get past the reset.
  if (connection->reusable()) {
    const auto done = reset(*connection);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::kProtocol);
    EXPECT_EQ(done.error().message, "the reply to RESET was meant for another command");
  }
}

TEST_F(RedisDriver, AReplyThatIsHereButUnreadShowsWithoutASystemCall) {
  const auto connection = connected();
  redisContext* context = Redis::handle(*connection).context();
  redisAppendCommand(context, "PING");
  int done = 0;
  while (done == 0) {
    ASSERT_EQ(redisBufferWrite(context, &done), REDIS_OK);
  }
  await_readable(connection->watch_fd());
  ASSERT_EQ(redisBufferRead(context), REDIS_OK);
  EXPECT_FALSE(connection->reusable());
}

TEST_F(RedisDriver, AReplyOnTheWayIsFoundByTheResetAndByTheProbe) {
  for (const bool by_probe : {false, true}) {
    const auto connection = connected();
    redisContext* context = Redis::handle(*connection).context();
    redisAppendCommand(context, "ECHO secret-of-A");
    int done = 0;
    while (done == 0) {
      ASSERT_EQ(redisBufferWrite(context, &done), REDIS_OK);
    }
    EXPECT_TRUE(connection->reusable()) << "nothing is known of it yet";
    const auto found = by_probe ? connection->probe(Budget{kAmple}) : reset(*connection);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().message.find("secret-of-A"), std::string::npos);
  }
}

TEST_F(RedisDriver, ATransactionLeftOpenIsSeenAndUndone) {
  const auto connection = connected();
  ask(*connection, {"DEL", "unborn"});
  EXPECT_EQ(ask(*connection, {"MULTI"}), "OK");
  EXPECT_EQ(ask(*connection, {"SET", "unborn", "1"}), "QUEUED");
  EXPECT_EQ(connection->reset_need(), ResetNeed::kTransaction);
  EXPECT_TRUE(connection->reusable());
  const auto done = reset(*connection);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(connection->reset_need(), ResetNeed::kNone);
  EXPECT_EQ(Redis::handle(*connection).command({"EXISTS", "unborn"})->integer(), 0);
}

TEST_F(RedisDriver, AFinishedTransactionNeedsNoReset) {
  const auto connection = connected();
  ask(*connection, {"WATCH", "k"});
  ask(*connection, {"MULTI"});
  ask(*connection, {"SET", "k", "v"});
  ask(*connection, {"EXEC"});
  EXPECT_EQ(connection->reset_need(), ResetNeed::kNone);
}

TEST_F(RedisDriver, AWatchedKeyDoesNotOutliveTheReset) {
  const auto connection = connected();
  ask(*connection, {"WATCH", "watched"});
  ASSERT_TRUE(reset(*connection));
  ask(*connected(), {"SET", "watched", "changed"});
  ask(*connection, {"MULTI"});
  ask(*connection, {"PING"});
  EXPECT_FALSE(Redis::handle(*connection).command({"EXEC"})->is_null());
}

TEST_F(RedisDriver, AResetRestoresDatabaseNameAccountAndTimeouts) {
  settings_.read_timeout = 1500ms;
  Endpoint endpoint = backend_->endpoint();
  endpoint.path = "3";
  const auto connection = connected(endpoint);
  redisContext* context = Redis::handle(*connection).context();
  EXPECT_EQ(redisSetTimeout(context, {.tv_sec = 600, .tv_usec = 0}), REDIS_OK);
  ask(*connection, {"SELECT", "9"});
  ask(*connection, {"CLIENT", "SETNAME", "mine"});
  EXPECT_EQ(connection->reset_need(), ResetNeed::kSession);
  const auto done = reset(*connection);
  ASSERT_TRUE(done) << done.error().message;
  const auto info = ask(*connection, {"CLIENT", "INFO"});
  EXPECT_NE(info.find(" name=shop/sessions "), std::string::npos) << info;
  EXPECT_NE(info.find(" db=3 "), std::string::npos) << info;
  timeval read{};
  socklen_t size = sizeof read;
  ::getsockopt(connection->watch_fd(), SOL_SOCKET, SO_RCVTIMEO, &read, &size);
  EXPECT_EQ(read.tv_sec, 1);
}

TEST_F(RedisDriver, ASubscriptionEndsWithTheReset) {
  const auto connection = connected();
  EXPECT_EQ(Redis::handle(*connection).command({"SUBSCRIBE", "news"})->raw()->elements, 3U);
  EXPECT_EQ(connection->reset_need(), ResetNeed::kSession);
  const auto done = reset(*connection);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(backend_->server().command({"PUBSUB", "CHANNELS"}), "\n");
  EXPECT_EQ(ask(*connection, {"GET", "nothing"}), "");
}

TEST_F(RedisDriver, ASilencedSessionIsHeardAgainAfterTheReset) {
  const auto connection = connected();
  redisContext* context = Redis::handle(*connection).context();
  redisAppendCommand(context, "CLIENT REPLY OFF");
  int done = 0;
  while (done == 0) {
    ASSERT_EQ(redisBufferWrite(context, &done), REDIS_OK);
  }
  const auto heard = reset(*connection);
  EXPECT_TRUE(heard) << heard.error().message;
}

TEST_F(RedisDriver, ATimedOutCommandEndsTheSessionSoThatItsReplyAnswersNobody) {
  settings_.read_timeout = 100ms;
  const auto connection = connected();
  auto& session = Redis::handle(*connection);
  const auto started = Budget::Clock::now();
  const auto late = session.command({"BLPOP", "empty-queue", "30"});
  EXPECT_LT(Budget::Clock::now() - started, 2s);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::kTimeout);
  EXPECT_EQ(late.error().phase, "command");
  EXPECT_FALSE(connection->reusable());
  const auto next = session.command({"PING"});
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().kind, ErrorKind::kBroken);
  EXPECT_EQ(next.error().message,
            "the session had failed already: no answer within the time allowed");
}

TEST_F(RedisDriver, AKilledSessionFailsItsCommandAndIsNotLentAgain) {
  const auto connection = connected();
  backend_->end(backend_->session_of(*connection));
  const auto reply = Redis::handle(*connection).command({"PING"});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, ErrorKind::kBroken);
  EXPECT_FALSE(connection->reusable());
}

}  // namespace
}  // namespace millpond::drivers
