#include "millpond/cli/size.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "millpond/cli/command.h"

namespace millpond::cli {
namespace {

class SizeCommand : public testing::Test {
 protected:
  int size(const std::vector<std::string>& arguments) {
    CLI::App app;
    const Action action = declare_size(app);
    try {
      app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::ParseError& end) {
      err_ << end.what();
      return kError;
    }
    return action({.out = out_, .err = err_, .host = {}});
  }

  std::string headline(const std::vector<std::string>& arguments) {
    EXPECT_EQ(size(arguments), kOk) << err();
    const std::string text = out();
    return text.substr(0, text.find('\n'));
  }

  std::string out() const { return out_.str(); }
  std::string err() const { return err_.str(); }

 private:
  std::ostringstream out_;
  std::ostringstream err_;
};

struct Case {
  const char* rate;
  const char* hold;
  const char* headline;
};

class KnownDemand : public SizeCommand, public testing::WithParamInterface<Case> {};

TEST_P(KnownDemand, IsAnsweredInTheFirstLine) {
  EXPECT_EQ(headline({"--rate", GetParam().rate, "--hold", GetParam().hold}), GetParam().headline);
}

INSTANTIATE_TEST_SUITE_P(
    Guide, KnownDemand,
    testing::Values(Case{"100/s", "5ms",
                         "3 connections   (a = 0.5, ρ = 0.17, P(wait) = 1.5%)      "
                         "2 would do for wait ≤ 10ms"},
                    Case{"500/s", "20ms",
                         "17 connections   (a = 10.0, ρ = 0.59, P(wait) = 3.1%)      "
                         "15 would do for wait ≤ 10ms"},
                    Case{"1000/s", "5ms",
                         "8 connections   (a = 5.0, ρ = 0.62, P(wait) = 16.7%)      "
                         "7 would do for wait ≤ 10ms"},
                    Case{"4000/s", "8ms",
                         "38 connections   (a = 32.0, ρ = 0.84, P(wait) = 22.4%)      "
                         "36 would do for wait ≤ 10ms"},
                    Case{"50/s", "250ms",
                         "22 connections   (a = 12.5, ρ = 0.57, P(wait) = 1.0%)      "
                         "21 would do for wait ≤ 20ms"}));

TEST_F(SizeCommand, ShowsWhatEachRuleSaysAndWhatOtherSizesDo) {
  EXPECT_EQ(size({"--rate", "500/s", "--hold", "20ms", "--p", "99%", "--wait", "5ms", "--cores",
                  "16", "--instances", "6", "--threads", "8", "--leases", "3"}),
            kOk);
  EXPECT_EQ(err(), "");
  EXPECT_EQ(out(),
            "17 connections   (a = 10.0, ρ = 0.59, P(wait) = 3.1%)      15 would do for wait ≤ "
            "10ms\n"
            "for 500/s, each held 20ms: 99% of callers wait ≤ 5ms\n"
            "\n"
            "rule                    connections  what it says\n"
            "Erlang C                17           the fewest that keep the wait; arrivals at "
            "random moments\n"
            "Little's law            10           500/s × 20ms are in use on average: with no "
            "more, the queue never ends\n"
            "deadlock floor          17           8 threads × (3 leases - 1) + 1: fewer can block "
            "for ever\n"
            "HikariCP, whole fleet   33           16 cores × 2 + 1 spindle of the database host\n"
            "HikariCP, per instance  6            33 over 6 instances, rounded up\n"
            "band of 1000/s          33           a rule of thumb: HikariCP's for a database host "
            "of 16 cores\n"
            "\n"
            "size  utilisation  P(wait)  P(wait > 5ms)  wait of 99%  enough\n"
            "13    77%          28.5%    13.5%          22.3ms       no\n"
            "14    71%          17.4%    6.4%           14.3ms       no\n"
            "15    67%          10.2%    2.9%           9.29ms       no\n"
            "16    62%          5.7%     1.3%           5.82ms       no\n"
            "17    59%          3.1%     0.5%           3.22ms       yes\n"
            "18    56%          1.6%     0.2%           1.16ms       yes\n"
            "19    53%          0.8%     0.08%          0s           yes\n"
            "20    50%          0.4%     0.03%          0s           yes\n"
            "21    48%          0.2%     0.01%          0s           yes\n");
}

TEST_F(SizeCommand, SaysWhichDefaultsItTook) {
  size({"--rate", "500/s", "--hold", "20ms"});
  EXPECT_NE(out().find("99% of callers wait ≤ 5ms   (p and wait by default)\n"), std::string::npos)
      << out();
}

TEST_F(SizeCommand, TakesARateAsExpressionsWriteIt) {
  const std::string expected = headline({"--rate", "50/s", "--hold", "250ms"});
  for (const char* const rate : {"3000/m", "5/100ms", "25/s * 2"}) {
    SizeCommand_TakesARateAsExpressionsWriteIt_Test other;
    EXPECT_EQ(other.headline({"--rate", rate, "--hold", "1s / 4"}), expected) << rate;
  }
}

TEST_F(SizeCommand, AsksAboutTheTimeOfAHoldWhenNobodyIsToWait) {
  EXPECT_EQ(headline({"--rate", "500/s", "--hold", "20ms", "--wait", "0s"}),
            "19 connections   (a = 10.0, ρ = 0.53, P(wait) = 0.8%)      "
            "12 would do for wait ≤ 40ms");
}

TEST_F(SizeCommand, OffersNothingSmallerThanOne) {
  EXPECT_EQ(headline({"--rate", "0/s", "--hold", "20ms"}),
            "1 connection   (a = 0, ρ = 0.00, P(wait) = 0%)");
}

TEST_F(SizeCommand, SpacesTheRowsOfALargePool) {
  size({"--rate", "4000/s", "--hold", "80ms"});
  EXPECT_NE(out().find("\n340   94%"), std::string::npos) << out();
  EXPECT_EQ(out().find("\n349 "), std::string::npos) << out();
}

TEST_F(SizeCommand, GivesTheSameAsJson) {
  EXPECT_EQ(size({"--rate", "500/s", "--hold", "20ms", "--p", "0.99", "--cores", "16",
                  "--instances", "6", "--threads", "8", "--leases", "3", "--json"}),
            kOk);
  const auto json = nlohmann::json::parse(out());
  EXPECT_EQ(json["size"], 17);
  EXPECT_EQ(json["offered_load"], 10.0);
  EXPECT_EQ(json["demand"]["rate_per_second"], 500.0);
  EXPECT_EQ(json["demand"]["wait_seconds"], 0.005);
  EXPECT_EQ(json["demand"]["defaults"], nlohmann::json::array({"wait"}));
  EXPECT_EQ(json["erlang"]["size"], 17);
  EXPECT_NEAR(json["erlang"]["probability_of_wait"], 0.0309, 0.0001);
  EXPECT_EQ(json["smaller"]["size"], 15);
  EXPECT_EQ(json["smaller"]["wait_seconds"], 0.01);
  EXPECT_EQ(json["little"], 10.0);
  EXPECT_EQ(json["deadlock_floor"], 17);
  EXPECT_EQ(json["hikari"]["fleet"], 33);
  EXPECT_EQ(json["hikari"]["per_instance"], 6);
  EXPECT_EQ(json["rule_of_thumb"]["size"], 33);
  EXPECT_EQ(json["sizes"].size(), 9U);
}

TEST_F(SizeCommand, LeavesOutOfJsonWhatWasNotAsked) {
  size({"--rate", "1/s", "--hold", "1ms", "--json"});
  const auto json = nlohmann::json::parse(out());
  for (const char* const member : {"smaller", "deadlock_floor", "hikari"}) {
    ASSERT_TRUE(json.contains(member)) << member;
    EXPECT_TRUE(json[member].is_null()) << member;
  }
}

TEST_F(SizeCommand, ShowsEverythingThatIsWrongWithItsOptions) {
  EXPECT_EQ(size({"--rate", "500", "--hold", "żółw 20ms", "--p", "99", "--wait", "-5ms",
                  "--threads", "2.5"}),
            kError);
  EXPECT_EQ(out(), "");
  EXPECT_EQ(err(),
            "error[M090]: `--rate` must be a rate\n"
            "  --> --rate:1:1\n"
            "   |\n"
            " 1 | 500\n"
            "   | ^^^ this is a count\n"
            "   = help: a rate is a count by a duration, such as 500/s\n"
            "\n"
            "error[M040]: unexpected `ż` in the expression\n"
            "  --> --hold:1:1\n"
            "   |\n"
            " 1 | żółw 20ms\n"
            "   | ^ expected a number, a name or `(`\n"
            "\n"
            "error[M093]: `--p` must lie between 0 and 1\n"
            "  --> --p:1:1\n"
            "   |\n"
            " 1 | 99\n"
            "   | ^^ this is 99\n"
            "   = help: ninety-nine percent is written 99% or 0.99\n"
            "\n"
            "error[M093]: `--wait` must not be below 0\n"
            "  --> --wait:1:1\n"
            "   |\n"
            " 1 | -5ms\n"
            "   | ^^^^ this is -5ms\n"
            "\n"
            "error[M093]: `--threads` must be a whole number\n"
            "  --> --threads:1:1\n"
            "   |\n"
            " 1 | 2.5\n"
            "   | ^^^ this is 2.5\n");
}

TEST_F(SizeCommand, MarksThePartThatIsWrong) {
  EXPECT_EQ(size({"--rate", "1/s", "--hold", "5ms + 5sec"}), kError);
  EXPECT_NE(err().find("  --> --hold:1:8\n"
                       "   |\n"
                       " 1 | 5ms + 5sec\n"
                       "   |        ^^^ did you mean `5s`?\n"),
            std::string::npos)
      << err();
}

TEST_F(SizeCommand, RefusesAnEmptyOption) {
  EXPECT_EQ(size({"--rate", "1/s", "--hold", "1s", "--p", ""}), kError);
  EXPECT_NE(err().find("error[M040]"), std::string::npos) << err();
}

TEST_F(SizeCommand, SaysWhenNoPoolIsLargeEnough) {
  EXPECT_EQ(size({"--rate", "20000/s", "--hold", "1s"}), kError);
  EXPECT_EQ(err(),
            "error[M094]: 10000 connections are too few for this\n"
            "  --> --rate:1:1\n"
            "   |\n"
            " 1 | 20000/s\n"
            "   | ^^^^^^^ 20000 are busy on average\n"
            "   = help: hold connections for less time, allow more wait, or look for a wrong "
            "unit\n");
}

TEST_F(SizeCommand, SaysWhichOptionIsTooLargeForARule) {
  EXPECT_EQ(size({"--rate", "1/s", "--hold", "1s", "--cores", "9000000000000000000"}), kError);
  EXPECT_NE(err().find("--cores:1:1"), std::string::npos) << err();
  EXPECT_EQ(
      size({"--rate", "1/s", "--hold", "1s", "--threads", "999999999999999999", "--leases", "99"}),
      kError);
  EXPECT_NE(err().find("--threads:1:1"), std::string::npos) << err();
}

TEST_F(SizeCommand, NeedsARateAndAHold) {
  EXPECT_EQ(size({"--hold", "1s"}), kError);
  EXPECT_EQ(err(), "--rate is required");
}

TEST_F(SizeCommand, TakesWhatBelongsToAnOptionOnlyWithIt) {
  EXPECT_EQ(size({"--rate", "1/s", "--hold", "1s", "--instances", "2"}), kError);
  EXPECT_EQ(err(), "--instances requires --cores");
}

}  // namespace
}  // namespace millpond::cli
