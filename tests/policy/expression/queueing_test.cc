#include "millpond/policy/expression/queueing.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <cstdint>
#include <ostream>

namespace millpond::policy {

void showValue(const Demand& demand, std::ostream& out) {
  out << demand.arrivals_per_second << "/s for " << demand.hold_seconds << " s, " << demand.p
      << " within " << demand.wait_seconds << " s";
}

namespace {

// Erlang C from its definition, sums of a^k / k!, each relative to the largest so that none leaves
// a long double.
long double wait_by_definition(long double offered, std::int64_t servers) {
  const auto log_term = [offered](std::int64_t k) {
    return static_cast<long double>(k) * std::log(offered) -
           std::lgamma(static_cast<long double>(k) + 1);
  };
  const auto count = static_cast<long double>(servers);
  const long double log_queue = log_term(servers) + std::log(count / (count - offered));
  long double sum = 1;
  for (std::int64_t k = 0; k < servers; ++k) {
    sum += std::exp(log_term(k) - log_queue);
  }
  return 1 / sum;
}

// Loads from a hundredth to some 300, in which every quarter of an order of magnitude is as likely.
Demand any_demand() {
  const auto scale = [](int quarters) { return std::pow(10.0, quarters / 4.0); };
  const int load = *rc::gen::inRange(-8, 11);
  const int hold = *rc::gen::inRange(-16, 5);
  return {.arrivals_per_second = scale(load - hold),
          .hold_seconds = scale(hold),
          .p = *rc::gen::element(0.5, 0.9, 0.95, 0.99, 0.999, 0.9999),
          .wait_seconds = *rc::gen::element(0.0, 0.001, 0.005, 0.1, 1.0, 10.0)};
}

std::int64_t needed(const Demand& demand) {
  return servers_needed(demand).value().servers;
}

struct Case {
  double rate;
  double hold;
  std::int64_t servers;
};

class KnownDemand : public testing::TestWithParam<Case> {};

TEST_P(KnownDemand, NeedsAsManyAsTheGuideSays) {
  EXPECT_EQ(needed({.arrivals_per_second = GetParam().rate,
                    .hold_seconds = GetParam().hold,
                    .p = 0.99,
                    .wait_seconds = 0.005}),
            GetParam().servers);
}

INSTANTIATE_TEST_SUITE_P(Erlang, KnownDemand,
                         testing::Values(Case{100, 0.005, 3}, Case{500, 0.02, 17},
                                         Case{1000, 0.005, 8}, Case{4000, 0.008, 38},
                                         Case{50, 0.25, 22}));

TEST(Erlang, SaysWhatItsAnswerMeans) {
  const Answer answer =
      servers_needed(
          {.arrivals_per_second = 500, .hold_seconds = 0.02, .p = 0.99, .wait_seconds = 0.005})
          .value();
  EXPECT_DOUBLE_EQ(answer.offered, 10);
  EXPECT_NEAR(answer.utilisation, 0.588, 0.001);
  EXPECT_NEAR(answer.probability_of_wait, 0.03088, 0.00001);
  EXPECT_NEAR(answer.probability_of_longer_wait, 0.00537, 0.00001);
  EXPECT_NEAR(answer.quantile_of_wait, 0.00322, 0.00001);
}

TEST(Erlang, NeedsOneForNobody) {
  const Answer answer =
      servers_needed({.arrivals_per_second = 0, .hold_seconds = 1, .p = 0.99, .wait_seconds = 0})
          .value();
  EXPECT_EQ(answer.servers, 1);
  EXPECT_EQ(answer.probability_of_wait, 0);
  EXPECT_EQ(answer.quantile_of_wait, 0);
}

TEST(Erlang, HasNoAnswerBeyondTheMostServers) {
  Demand demand{.arrivals_per_second = 9000, .hold_seconds = 1, .p = 0.99, .wait_seconds = 1};
  EXPECT_TRUE(servers_needed(demand));
  demand.arrivals_per_second = 10'000;
  EXPECT_FALSE(servers_needed(demand));
  demand.arrivals_per_second = 1e300;
  EXPECT_FALSE(servers_needed(demand));
}

TEST(Erlang, GivesAnAnswerForEachNumberThatCanServe) {
  const Demand demand{
      .arrivals_per_second = 500, .hold_seconds = 0.02, .p = 0.99, .wait_seconds = 0.005};
  const auto range = answers(demand, {.first = 8, .last = 12});
  ASSERT_EQ(range.size(), 2U);
  EXPECT_EQ(range[0].servers, 11);
  EXPECT_EQ(range[1].servers, 12);
  EXPECT_GT(range[0].probability_of_wait, range[1].probability_of_wait);
  EXPECT_TRUE(answers(demand, {.first = 20'000, .last = 20'001}).empty());
}

TEST(Erlang, IsWhatItsDefinitionSays) {
  EXPECT_TRUE(rc::check([] {
    const Demand demand = any_demand();
    const std::int64_t servers = needed(demand) + *rc::gen::inRange(0, 20);
    const Answer answer = answers(demand, {.first = servers, .last = servers}).at(0);
    const auto expected = static_cast<double>(wait_by_definition(answer.offered, servers));
    RC_ASSERT(std::abs(answer.probability_of_wait - expected) <= 1e-9 * expected);
  }));
}

TEST(Erlang, IsTheSmallestNumberThatDoes) {
  EXPECT_TRUE(rc::check([] {
    const Demand demand = any_demand();
    const Answer answer = servers_needed(demand).value();
    RC_ASSERT(answer.probability_of_longer_wait <= 1 - demand.p);
    for (const Answer& fewer :
         answers(demand, {.first = answer.servers - 1, .last = answer.servers - 1})) {
      RC_ASSERT(fewer.probability_of_longer_wait > 1 - demand.p);
    }
  }));
}

TEST(Erlang, NeedsNoFewerForMoreWork) {
  EXPECT_TRUE(rc::check([] {
    const Demand demand = any_demand();
    const double factor = 1 + *rc::gen::inRange(0, 40) / 10.0;
    Demand faster = demand;
    faster.arrivals_per_second *= factor;
    Demand longer = demand;
    longer.hold_seconds *= factor;
    RC_ASSERT(needed(faster) >= needed(demand));
    RC_ASSERT(needed(longer) >= needed(demand));
  }));
}

TEST(Erlang, NeedsNoFewerForAStricterPromise) {
  EXPECT_TRUE(rc::check([] {
    const Demand demand = any_demand();
    Demand surer = demand;
    surer.p = 1 - (1 - demand.p) / *rc::gen::inRange(1, 20);
    Demand sooner = demand;
    sooner.wait_seconds /= *rc::gen::inRange(1, 20);
    RC_ASSERT(needed(surer) >= needed(demand));
    RC_ASSERT(needed(sooner) >= needed(demand));
  }));
}

TEST(Erlang, GivesTheWaitThatThePartPHasAtMost) {
  EXPECT_TRUE(rc::check([] {
    Demand demand = any_demand();
    const Answer answer = servers_needed(demand).value();
    RC_ASSERT(answer.quantile_of_wait <= demand.wait_seconds * (1 + 1e-9) + 1e-12);
    demand.wait_seconds = answer.quantile_of_wait * (1 + 1e-9);
    RC_ASSERT(needed(demand) <= answer.servers);
  }));
}

TEST(Erlang, HasAFiniteAnswerForPracticallyEverybody) {
  const Demand demand{.arrivals_per_second = 500,
                      .hold_seconds = 0.02,
                      .p = 0.99999999999999999,
                      .wait_seconds = 0.005};
  ASSERT_EQ(demand.p, 1.0);
  const Answer answer = servers_needed(demand).value();
  EXPECT_EQ(answer.servers, 43);
  EXPECT_LE(answer.quantile_of_wait, 0.005);
}

TEST(Load, IsWrittenWithFourDigits) {
  EXPECT_EQ(load_text(10), "10");
  EXPECT_EQ(load_text(12.3456), "12.35");
  EXPECT_EQ(load_text(0.000123456), "0.0001235");
  EXPECT_EQ(load_text(9999.6), "10000");
  EXPECT_EQ(load_text(1e37), "1e+37");
}

TEST(Probability, IsWrittenAsPercent) {
  EXPECT_EQ(probability_text(1), "100.0%");
  EXPECT_EQ(probability_text(0.030876), "3.1%");
  EXPECT_EQ(probability_text(0.00096), "0.1%");
  EXPECT_EQ(probability_text(0.00054), "0.05%");
  EXPECT_EQ(probability_text(1e-9), "<0.01%");
  EXPECT_EQ(probability_text(0), "0%");
}

}  // namespace
}  // namespace millpond::policy
