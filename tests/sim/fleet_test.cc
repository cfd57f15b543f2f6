// How evenly a fleet's sessions end, beside the rules of other pools.
#include "millpond/tests/sim/fleet.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <string_view>

namespace millpond::sim {
namespace {

struct Peer {
  Rule rule;
  std::string_view name;
};
constexpr Peer kPeers[] = {{Rule::kNone, "no jitter"},
                           {Rule::kPgBouncer, "PgBouncer, paced"},
                           {Rule::kHikariCp, "HikariCP, 2.5 % jitter"},
                           {Rule::kPgx, "pgx, 10 % jitter"},
                           {Rule::kEnvoy, "Envoy, 10 % jitter"}};

void print_row(std::string_view name, const Reconnects& reconnects) {
  std::cout << fmt::format("{:24} {:>6} {:>8}\n", name, reconnects.peak_per_second(),
                           reconnects.total());
}

const OurFleet& our_three_hours() {
  static const OurFleet ours = our_fleet({});
  return ours;
}

TEST(FleetTest, FiftyProcessesThatStartTogetherReconnectMoreEvenlyThanWithAnyPeersRule) {
  const Fleet fleet;
  const OurFleet& ours = our_three_hours();
  std::cout << "50 processes, 20 sessions each, 30 min lifetime, 3 h: reconnects\n"
            << fmt::format("{:24} {:>6} {:>8}\n", "rule", "peak/s", "total");
  for (const Peer& peer : kPeers) {
    const Reconnects theirs = fleet_of(peer.rule, fleet);
    print_row(peer.name, theirs);
    EXPECT_LT(ours.reconnects.peak_per_second(), theirs.peak_per_second()) << peer.name;
  }
  print_row("Millpond", ours.reconnects);
}

TEST(FleetTest, APeakIsThatOfTheFullestSpan) {
  Reconnects reconnects;
  for (const Nanos at : {1, 2, 2, 9, 10, 10, 11, 30}) {
    reconnects.count(at * kSecond);
  }
  EXPECT_EQ(reconnects.peak_in(kSecond), 2);
  EXPECT_EQ(reconnects.peak_in(2 * kSecond), 3);
  EXPECT_EQ(reconnects.peak_in(3 * kSecond), 4);
  EXPECT_EQ(Reconnects{}.peak_in(kSecond), 0);
}

TEST(FleetTest, ASessionIsReplacedBeforeItCloses) {
  const OurFleet& ours = our_three_hours();
  EXPECT_EQ(ours.fewest_live, Fleet{}.size);
  EXPECT_LE(ours.most_open, Fleet{}.size + 1);
}

TEST(FleetTest, ThePeakDoesNotDependOnTheSeed) {
  std::int64_t worst = 0;
  for (std::uint64_t seed = 2; seed <= 3; ++seed) {
    const Fleet fleet{.length = 5 * kHour / 4, .seed = seed};
    worst = std::max(worst, our_fleet(fleet).reconnects.peak_per_second());
  }
  EXPECT_LT(worst, fleet_of(Rule::kEnvoy, {}).peak_per_second());
}

}  // namespace
}  // namespace millpond::sim
