#include <gtest/gtest.h>
#include <hiredis/hiredis.h>

#include <chrono>
#include <memory>
#include <ostream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/redis/redis.h"
#include "millpond/drivers/redis/reply.h"
#include "millpond/drivers/redis/session.h"
#include "millpond/tests/drivers/redis/redis_backend.h"
#include "millpond/tests/harness/golden/golden.h"

namespace millpond::drivers {
namespace {

using std::chrono_literals::operator""s;

struct Unseen {
  const char* command;  // as docs/redis.md has it
  const char* trace;    // in the server's line about a session that keeps what it left
};

void PrintTo(const Unseen& unseen, std::ostream* out) {
  *out << unseen.command;
}

constexpr Unseen kUnseen[] = {
    {"pick 7", " db=7 "},           {"begin", " multi=0 "},
    {"observe stock", " flags=d "},  // since another session changes that key
    {"hear news", " sub=1 "},       {"caller SETNAME mine", " name=mine "},
};

const std::vector<std::string>& renaming() {
  static const std::vector<std::string> arguments{
      "--rename-command", "SELECT", "pick",    "--rename-command", "MULTI",     "begin",
      "--rename-command", "WATCH",  "observe", "--rename-command", "SUBSCRIBE", "hear",
      "--rename-command", "CLIENT", "caller"};
  return arguments;
}

std::vector<std::string> words_of(const std::string& command) {
  std::istringstream in{command};
  std::vector<std::string> words;
  for (std::string word; in >> word;) {
    words.push_back(word);
  }
  return words;
}

std::string send(Connection& connection, const std::string& command) {
  const std::vector<std::string> words = words_of(command);
  const std::vector<std::string_view> arguments{words.begin(), words.end()};
  const auto reply = Redis::handle(connection).command(arguments);
  return reply ? std::string{reply->text()} : "failed: " + reply.error().message;
}

class RedisUnseen : public testing::Test {
 protected:
  static std::unique_ptr<Connection> connect(RedisBackend& backend) {
    auto connection = backend.driver()->connect(backend.endpoint(), {}, Budget{10s});
    EXPECT_TRUE(connection) << connection.error().message;
    return std::move(*connection);
  }

  static void reset(Connection& connection) {
    const auto done = connection.reset(ResetNeed::kSession, Budget{10s});
    ASSERT_TRUE(done) << done.error().message;
  }
};

class UnseenCommand : public RedisUnseen, public testing::WithParamInterface<Unseen> {
 protected:
  static void SetUpTestSuite() {
    backend_ = std::make_unique<RedisBackend>(harness::Redis::Options{.arguments = renaming()});
  }
  static void TearDownTestSuite() { backend_.reset(); }

  static bool keeps(Connection& connection, const std::string& trace) {
    backend_->server().command({"SET", "stock", "changed"});
    std::istringstream lines{backend_->server().command({"caller", "LIST"})};
    const std::string address = " addr=" + backend_->session_of(connection) + " ";
    for (std::string line; std::getline(lines, line);) {
      if (line.find(address) != std::string::npos) {
        return line.find(trace) != std::string::npos;
      }
    }
    ADD_FAILURE() << "the server has no session" << address;
    return false;
  }

  inline static std::unique_ptr<RedisBackend> backend_;
};

TEST_P(UnseenCommand, IsNotNoticedAndUndoneByAReset) {
  const auto& [command, trace] = GetParam();
  const auto connection = connect(*backend_);
  ASSERT_FALSE(keeps(*connection, trace)) << "the trace is there before";
  ASSERT_EQ(send(*connection, command).find("failed"), std::string::npos);
  EXPECT_EQ(connection->reset_need(), ResetNeed::kNone) << "take it off the list";
  EXPECT_TRUE(keeps(*connection, trace)) << "nothing is left";
  reset(*connection);
  EXPECT_FALSE(keeps(*connection, trace)) << "the reset leaves it";
  EXPECT_TRUE(connection->probe(Budget{10s}));
}

INSTANTIATE_TEST_SUITE_P(Each, UnseenCommand, testing::ValuesIn(kUnseen));

// The commands in the second column of the section's table.
std::multiset<std::string> documented(const std::string& section) {
  const std::string document = harness::text_of("docs/redis.md");
  const auto begin = document.find("\n### " + section + "\n");
  EXPECT_NE(begin, std::string::npos) << section;
  std::istringstream lines{document.substr(begin + 1, document.find("\n#", begin + 1) - begin)};
  std::multiset<std::string> commands;
  for (std::string line; std::getline(lines, line);) {
    const auto first = line.find("| `");
    if (line.starts_with("| ") && first != std::string::npos) {
      commands.insert(line.substr(first + 3, line.rfind('`') - first - 3));
    }
  }
  return commands;
}

TEST_F(RedisUnseen, TheDocumentListsExactlyWhatIsTestedHere) {
  std::multiset<std::string> tested;
  for (const Unseen& unseen : kUnseen) {
    tested.insert(unseen.command);
  }
  EXPECT_EQ(documented("What `auto` does not see"), tested);
}

class RedisReset : public RedisUnseen {
 protected:
  static void SetUpTestSuite() { backend_ = std::make_unique<RedisBackend>(); }
  static void TearDownTestSuite() { backend_.reset(); }

  static void send_raw(Connection& connection, const char* command) {
    void* const reply = redisCommand(Redis::handle(connection).context(), command);
    ASSERT_NE(reply, nullptr);
    freeReplyObject(reply);
  }

  static std::string flags_of(Connection& connection) {
    const std::string info = send(connection, "CLIENT INFO");
    const auto begin = info.find(" flags=") + 7;
    return info.substr(begin, info.find(' ', begin) - begin);
  }

  inline static std::unique_ptr<RedisBackend> backend_;
};

TEST_F(RedisReset, ScriptsLeaveNothingInTheirSession) {
  const auto connection = connect(*backend_);
  const auto run = [&](std::string_view script) {
    const auto reply = Redis::handle(*connection).command({"EVAL", script, "0"});
    return reply && !reply->is_error();
  };
  EXPECT_TRUE(run("redis.call('SELECT', 7)"));
  for (const char* refused : {"'CLIENT', 'SETNAME', 'mine'", "'WATCH', 'stock'", "'MULTI'",
                              "'SUBSCRIBE', 'news'", "'AUTH', 'x'", "'HELLO', '3'"}) {
    EXPECT_FALSE(run("return redis.call(" + std::string{refused} + ")")) << refused;
  }
  EXPECT_EQ(connection->reset_need(), ResetNeed::kNone);
  EXPECT_NE(send(*connection, "CLIENT INFO").find(" db=0 "), std::string::npos);
}

// Even RESET would not.
TEST_F(RedisReset, TurnsTheDebuggerOffThatHiredisTurnedOn) {
  const auto connection = connect(*backend_);
  send_raw(*connection, "SCRIPT DEBUG YES");
  reset(*connection);
  const auto reply = Redis::handle(*connection).command({"EVAL", "return 1", "0"});
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->integer(), 1) << "the script stops in the debugger";
}

TEST_F(RedisReset, TurnsNoEvictOffThatHiredisTurnedOn) {
  const auto connection = connect(*backend_);
  send_raw(*connection, "CLIENT NO-EVICT ON");
  reset(*connection);
  EXPECT_EQ(flags_of(*connection), "N");
}

TEST_F(RedisReset, LeavesWhatBelongsToTheServer) {
  const auto connection = connect(*backend_);
  const std::string script = send(*connection, "SCRIPT LOAD return(42)");
  EXPECT_EQ(connection->reset_need(), ResetNeed::kNone);
  reset(*connection);
  const auto reply = Redis::handle(*connect(*backend_)).command({"EVALSHA", script, "0"});
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->integer(), 42);
}

}  // namespace
}  // namespace millpond::drivers
