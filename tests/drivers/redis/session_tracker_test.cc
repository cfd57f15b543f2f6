#include "millpond/drivers/redis/session_tracker.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <span>
#include <string_view>

#include "millpond/drivers/driver.h"

namespace millpond::drivers {
namespace {

using Outcome = SessionTracker::Outcome;

ResetNeed need_after(std::initializer_list<std::initializer_list<std::string_view>> commands) {
  SessionTracker tracker;
  for (const auto& command : commands) {
    tracker.note_reply(std::span{command.begin(), command.size()}, Outcome::kDone);
  }
  return tracker.need();
}

TEST(SessionTracker, DataCommandsLeaveNothingBehind) {
  EXPECT_EQ(need_after({{"GET", "k"}, {"SET", "select", "multi"}, {"EVAL", "return 1", "0"}}),
            ResetNeed::kNone);
  EXPECT_EQ(need_after({{"BLPOP", "queue", "1"}, {"SCRIPT", "LOAD", "return 1"}}),
            ResetNeed::kNone);
}

TEST(SessionTracker, CommandsAboutTheSessionNeedAFullReset) {
  for (const auto command : {"SELECT", "AUTH", "CLIENT", "HELLO", "SUBSCRIBE", "PSUBSCRIBE",
                             "SSUBSCRIBE", "MONITOR", "READONLY", "ASKING", "RESET", "QUIT"}) {
    EXPECT_EQ(need_after({{command, "x"}}), ResetNeed::kSession) << command;
  }
}

TEST(SessionTracker, OfScriptsOnlyTheirDebuggerIsTheSessions) {
  EXPECT_EQ(need_after({{"SCRIPT", "DEBUG", "YES"}}), ResetNeed::kSession);
  EXPECT_EQ(need_after({{"SCRIPT", "EXISTS", "ff"}, {"SCRIPT"}}), ResetNeed::kNone);
}

TEST(SessionTracker, NamesOfCommandsAreReadInAnyCase) {
  EXPECT_EQ(need_after({{"sElEcT", "3"}}), ResetNeed::kSession);
  EXPECT_EQ(need_after({{"multi"}}), ResetNeed::kTransaction);
}

TEST(SessionTracker, ATransactionIsOpenUntilItIsExecutedOrDiscarded) {
  EXPECT_EQ(need_after({{"MULTI"}, {"SET", "k", "v"}}), ResetNeed::kTransaction);
  EXPECT_EQ(need_after({{"WATCH", "k"}, {"GET", "k"}}), ResetNeed::kTransaction);
  EXPECT_EQ(need_after({{"WATCH", "k"}, {"MULTI"}, {"SET", "k", "v"}, {"EXEC"}}), ResetNeed::kNone);
  EXPECT_EQ(need_after({{"MULTI"}, {"DISCARD"}}), ResetNeed::kNone);
}

TEST(SessionTracker, ARefusedExecMayHaveLeftTheTransactionOpen) {
  SessionTracker tracker;
  const std::string_view multi[] = {"MULTI"};
  const std::string_view exec[] = {"EXEC"};
  tracker.note_reply(multi, Outcome::kDone);
  tracker.note_reply(exec, Outcome::kRefused);
  EXPECT_EQ(tracker.need(), ResetNeed::kTransaction);
}

TEST(SessionTracker, ATransactionDoesNotHideWhatItDidToTheSession) {
  EXPECT_EQ(need_after({{"MULTI"}, {"SELECT", "3"}, {"EXEC"}}), ResetNeed::kSession);
}

TEST(SessionTracker, TheVendorsHandleMayHaveDoneAnything) {
  SessionTracker tracker;
  tracker.note_raw_use();
  EXPECT_EQ(tracker.need(), ResetNeed::kSession);
  tracker.note_reset();
  EXPECT_EQ(tracker.need(), ResetNeed::kNone);
}

}  // namespace
}  // namespace millpond::drivers
