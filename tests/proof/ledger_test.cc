#include "millpond/tests/proof/ledger.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <stdexcept>

#include "millpond/tests/harness/servers/scratch_directory.h"

namespace millpond::proof {
namespace {

class LedgerTest : public testing::Test {
 protected:
  harness::ScratchDirectory directory_;
  const std::filesystem::path file_ = directory_.path() / "ledger";
};

TEST_F(LedgerTest, GoesOnWhereItWasLeft) {
  Ledger(file_, "plan").add("storm.redis", {.done = 100, .bad = 1, .failed = 2});
  Ledger again(file_, "plan");
  EXPECT_EQ(again.chunks("storm.redis"), 1);
  again.add("storm.redis", {.done = 50, .bad = 0, .failed = 1});
  const Ledger last(file_, "plan");
  EXPECT_EQ(last.chunks("storm.redis"), 2);
  const Count sum = last.total("storm.redis");
  EXPECT_EQ(sum.done, 150);
  EXPECT_EQ(sum.bad, 1);
  EXPECT_EQ(sum.failed, 3);
  EXPECT_EQ(last.chunks("storm.mysql"), 0);
}

TEST_F(LedgerTest, AnotherPlanBeginsAnew) {
  Ledger(file_, "plan").add("storm.redis", {.done = 100});
  const Ledger other(file_, "another plan");
  EXPECT_EQ(other.total("storm.redis").done, 0);
  EXPECT_EQ(Ledger(file_, "plan").total("storm.redis").done, 0);
}

TEST_F(LedgerTest, WhatIsDoneIsNotCountedAgain) {
  Ledger ledger(file_, "plan");
  ledger.add("storm.redis", {.done = 100});
  ledger.close();
  EXPECT_EQ(Ledger(file_, "plan").chunks("storm.redis"), 0);
}

TEST_F(LedgerTest, AFolderThatIsNotThereIsAnError) {
  EXPECT_THROW(Ledger(directory_.path() / "none" / "ledger", "plan"), std::runtime_error);
}

}  // namespace
}  // namespace millpond::proof
