#include "millpond/tests/faults/scoreboard.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "millpond/tests/faults/row.h"
#include "millpond/tests/harness/servers/scratch_directory.h"
#include "millpond/tests/proof/campaign.h"
#include "millpond/tests/sim/random.h"

namespace millpond::faults {
namespace {

Row row(int number, Standing standing, std::function<Measured(const proof::Campaign&)> measure) {
  return {.number = number,
          .name = "row" + std::to_string(number),
          .figure = "something",
          .target = "0",
          .standing = standing,
          .measure = std::move(measure)};
}

Measured good(const proof::Campaign& /*campaign*/) {
  return none_of(0, 7);
}
Measured bad(const proof::Campaign& /*campaign*/) {
  return {.value = 2.5, .text = "2.5 s", .runs = 3};
}
Measured broken(const proof::Campaign& /*campaign*/) {
  throw std::runtime_error("expected: a server");
}

class ScoreboardTest : public testing::Test {
 protected:
  // True when nothing fails; what was printed is in out_.
  bool run(std::vector<Row> rows, const std::vector<std::string>& names = {}) {
    return Scoreboard{std::move(rows), {.scale = 0.5, .seed = 9, .folder = directory_.path()}}.run(
        names, out_);
  }
  bool says(const std::string& line) const {
    return ("\n" + out_.str()).find("\n" + line + "\n") != std::string::npos;
  }
  std::string line_of(const std::string& name) const {
    const std::string all = out_.str();
    const std::size_t at = all.find(name);
    return all.substr(at, all.find('\n', at) - at);
  }

  harness::ScratchDirectory directory_;
  std::ostringstream out_;
};

TEST_F(ScoreboardTest, ARowAtItsTargetIsToldWithItsRunsAndSeed) {
  EXPECT_TRUE(run({row(1, Standing::kHeld, good)}));
  EXPECT_TRUE(says("figure fault.01 0"));
  EXPECT_TRUE(says("figure fault.at_target 1 of 1"));
  EXPECT_EQ(line_of("row1"), "row1  something  0       0         7     9     at target");
}

TEST_F(ScoreboardTest, AHeldRowThatMissesItsTargetFailsTheWhole) {
  EXPECT_FALSE(run({row(1, Standing::kHeld, good), row(2, Standing::kHeld, bad)}));
  EXPECT_TRUE(says("figure fault.02 2.5"));
  EXPECT_TRUE(says("figure fault.at_target 1 of 2"));
  EXPECT_NE(line_of("row2").find("missed"), std::string::npos);
}

TEST_F(ScoreboardTest, ARowThatIsToldOnlyMayMissItsTarget) {
  EXPECT_TRUE(run({row(2, Standing::kTold, bad)}));
  EXPECT_TRUE(says("figure fault.at_target 0 of 1"));
  EXPECT_NE(line_of("row2").find("missed, told only"), std::string::npos);
}

TEST_F(ScoreboardTest, ARowThatIsNotBuiltIsNotMeasuredAndNotAtItsTarget) {
  EXPECT_TRUE(run({row(12, Standing::kHeld, {})}));
  EXPECT_TRUE(says("figure fault.12 not measured"));
  EXPECT_TRUE(says("figure fault.at_target 0 of 1"));
}

TEST_F(ScoreboardTest, AMeasurementThatFailsIsNoFigureAndSaysWhy) {
  EXPECT_FALSE(run({row(3, Standing::kHeld, broken)}));
  EXPECT_TRUE(says("figure fault.03 not measured"));
  EXPECT_TRUE(says("row3: expected: a server"));
  EXPECT_TRUE(run({row(4, Standing::kTold, broken)}));
  EXPECT_TRUE(says("row4: expected: a server"));
}

TEST_F(ScoreboardTest, OnlyTheNamedRowsAreRun) {
  EXPECT_TRUE(run({row(1, Standing::kHeld, good), row(2, Standing::kHeld, bad)}, {"row1"}));
  EXPECT_TRUE(says("figure fault.at_target 1 of 1"));
}

// A row that counts: what was counted before a stop is not counted again.
Measured counted(const proof::Campaign& campaign, std::int64_t& played, std::int64_t stop_at) {
  campaign.run({.key = "work", .whole = 20, .chunk = 2}, [&](sim::Random&, std::int64_t count) {
    if (played >= stop_at) {
      throw std::runtime_error("stopped");
    }
    played += count;
    return proof::Count{.done = count};
  });
  return none_of(0, campaign.ledger.total("work").done);
}

TEST_F(ScoreboardTest, ACountGoesOnWhereItWasStoppedAndBeginsAnewWhenAllIsDone) {
  std::int64_t played = 0;
  std::int64_t stop_at = 6;
  const auto measure = [&](const proof::Campaign& campaign) {
    return counted(campaign, played, stop_at);
  };
  EXPECT_FALSE(run({row(1, Standing::kHeld, measure)}));
  EXPECT_EQ(played, 6);
  stop_at = 100;
  EXPECT_TRUE(run({row(1, Standing::kHeld, measure)}));
  EXPECT_EQ(played, 10) << "half of twenty, at scale 0.5";
  EXPECT_TRUE(run({row(1, Standing::kHeld, measure)}));
  EXPECT_EQ(played, 20);
}

TEST(RepeatsTest, AreAShareOfTheWholeButNeverTooFew) {
  const harness::ScratchDirectory directory;
  proof::Ledger ledger(directory.path() / "ledger", "plan");
  const proof::Campaign campaign{.ledger = ledger, .scale = 0.01};
  EXPECT_EQ(repeats(campaign, 1'000, 2), 10);
  EXPECT_EQ(repeats(campaign, 100, 2), 2);
  EXPECT_EQ(repeats(campaign, 250, 2), 3);
}

}  // namespace
}  // namespace millpond::faults
