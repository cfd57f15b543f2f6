#include "millpond/drivers/redis/reply_error.h"

#include <gtest/gtest.h>

#include "millpond/drivers/error.h"

namespace millpond::drivers {
namespace {

TEST(ReplyError, SaysWhetherWaitingWillHelp) {
  EXPECT_EQ(kind_of_reply("WRONGPASS invalid username-password pair or user is disabled."),
            ErrorKind::kAuthentication);
  EXPECT_EQ(kind_of_reply("NOAUTH Authentication required."), ErrorKind::kAuthentication);
  EXPECT_EQ(kind_of_reply("ERR invalid password"), ErrorKind::kAuthentication);
  EXPECT_EQ(kind_of_reply("ERR max number of clients reached"), ErrorKind::kTooManyConnections);
  EXPECT_EQ(kind_of_reply("LOADING Redis is loading the dataset in memory"),
            ErrorKind::kShuttingDown);
  EXPECT_EQ(kind_of_reply("READONLY You can't write against a read only replica."),
            ErrorKind::kReadOnly);
  EXPECT_EQ(kind_of_reply("NOPERM this user has no permissions"), ErrorKind::kConfiguration);
  EXPECT_EQ(kind_of_reply("ERR DB index is out of range"), ErrorKind::kConfiguration);
}

TEST(ReplyError, OfAnyOtherKindIsAnAnswerNobodyAskedFor) {
  EXPECT_EQ(kind_of_reply("ERR unknown command 'RESET'"), ErrorKind::kProtocol);
  EXPECT_EQ(kind_of_reply(""), ErrorKind::kProtocol);
}

}  // namespace
}  // namespace millpond::drivers
