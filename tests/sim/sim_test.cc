// The simulator over fixed seeds and one from outside, and that it notices when something is wrong.
//
//   MILLPOND_SIM_SEED=7 bazel test --test_env=MILLPOND_SIM_SEED //tests/sim:sim_test
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <charconv>
#include <cstdint>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>

#include "millpond/tests/sim/campaign.h"
#include "millpond/tests/sim/simulation.h"
#include "millpond/tests/sim/tally.h"

namespace millpond::sim {

// Set by main(): the value of MILLPOND_SIM_SEED.
std::string_view seed_from_outside;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__OPTIMIZE__)
constexpr std::int64_t kEventsPerSeed = 100'000;
#else
constexpr std::int64_t kEventsPerSeed = 1'000'000;
#endif

void expect_no_failure(std::uint64_t seed) {
  std::ostringstream complaints;
  const Campaign::Result result =
      Campaign({.seed = seed, .events = kEventsPerSeed}).run(complaints);
  EXPECT_EQ(result.failures, 0) << complaints.str();
  EXPECT_GE(result.tally.events(), kEventsPerSeed);
}

class SeedTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(SeedTest, EveryInvariantHoldsAfterEveryEvent) {
  expect_no_failure(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Fixed, SeedTest, testing::Range<std::uint64_t>(1, 10));

TEST(SimTest, EveryInvariantHoldsWithTheSeedFromOutside) {
  std::uint64_t seed = 10;
  std::from_chars(seed_from_outside.data(), seed_from_outside.data() + seed_from_outside.size(),
                  seed);
  std::cout << "seed " << seed << '\n';
  expect_no_failure(seed);
}

TEST(SimTest, TheSameSeedGivesTheSameEvents) {
  const auto trace_of = [](std::uint64_t seed) {
    std::ostringstream trace;
    simulate_once({.seed = seed, .trace = &trace});
    return trace.str();
  };
  EXPECT_EQ(trace_of(5), trace_of(5));
  EXPECT_NE(trace_of(5), trace_of(6));
}

TEST(SimTest, EverythingThatCanHappenHappens) {
  std::ostringstream complaints;
  const Campaign::Result result = Campaign({.seed = 4, .events = 1'500'000}).run(complaints);
  for (std::size_t deed = 0; deed < kDeeds; ++deed) {
    EXPECT_GT(result.tally.of(static_cast<Deed>(deed)), 0) << deed;
  }
}

// What the checker says about a pool in which something goes wrong on purpose.
std::string complaint_about(Mischief mischief) {
  std::ostringstream complaints;
  const Campaign::Result result =
      Campaign({.seed = 1, .events = 300'000, .mischief = mischief}).run(complaints);
  EXPECT_GT(result.failures, 0);
  return complaints.str();
}

TEST(SimTest, ASwallowedNudgeIsReported) {
  complaint_about(Mischief::kSwallowNudge);
}

TEST(SimTest, AWaiterThatIsNotToldOfItsGrantIsReported) {
  EXPECT_NE(complaint_about(Mischief::kSwallowNews).find("not within 100000 ms: "),
            std::string::npos);
}

TEST(SimTest, ASlotThatIsLentTwiceIsReported) {
  EXPECT_NE(complaint_about(Mischief::kLendTwice).find("looks idle"), std::string::npos);
}

TEST(SimTest, ALostSlotIsReported) {
  EXPECT_NE(complaint_about(Mischief::kLoseSlot).find("is lost"), std::string::npos);
}

TEST(SimTest, ACloseThatNeverEndsIsReported) {
  EXPECT_NE(complaint_about(Mischief::kForgetClose).find("the closed pool is empty"),
            std::string::npos);
}

TEST(SimTest, ADialThatNeverEndsIsReported) {
  EXPECT_NE(complaint_about(Mischief::kLeakDial).find("the closed pool is empty"),
            std::string::npos);
}

TEST(SimTest, AFailureSaysHowToSeeItAgain) {
  const std::string complaint = complaint_about(Mischief::kLoseSlot);
  EXPECT_NE(complaint.find("again: ./run prove --sim --seed "), std::string::npos);
  EXPECT_NE(complaint.find("the last steps:\n  #"), std::string::npos);
  EXPECT_NE(complaint.find("failed at event "), std::string::npos);
}

TEST(SimTest, TheFirstSimulationOfACampaignHasItsSeed) {
  EXPECT_EQ(Campaign::seed_of(42, 0), 42);
  EXPECT_NE(Campaign::seed_of(42, 1), 42);
  EXPECT_NE(Campaign::seed_of(42, 1), Campaign::seed_of(43, 1));
}

}  // namespace
}  // namespace millpond::sim

int main(int argc, char** argv, char** environment) {
  constexpr std::string_view kSeed = "MILLPOND_SIM_SEED=";
  for (char** variable = environment; *variable != nullptr; ++variable) {
    if (const std::string_view text = *variable; text.starts_with(kSeed)) {
      millpond::sim::seed_from_outside = text.substr(kSeed.size());
    }
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
