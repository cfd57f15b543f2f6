#include "millpond/tests/tidy/seams.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace millpond::tidy {
namespace {

std::string verdict(std::string_view path, std::string_view code) {
  const Violations violations = check_seams({std::string(path), std::string(code)});
  return violations.empty() ? "" : violations.front().message;
}

TEST(Seams, ForbidReadingAClockInAPool) {
  EXPECT_EQ(verdict("pools/pool.cc", "auto now = std::chrono::steady_clock::now();"),
            "steady_clock::now outside its seam: take the time as an argument or from Env's clock");
  EXPECT_NE(verdict("policy/backoff.cc", "std::chrono::system_clock::now()"), "");
}

TEST(Seams, ForbidThreadsSleepsChanceAndEnvironment) {
  EXPECT_NE(verdict("pools/pool.cc", "std::thread worker;"), "");
  EXPECT_NE(verdict("pools/pool.cc", "std::this_thread::sleep_for(1ms);"), "");
  EXPECT_NE(verdict("policy/backoff.cc", "std::random_device{}()"), "");
  EXPECT_NE(verdict("policy/toml/loader.cc", "std::getenv(name)"), "");
}

TEST(Seams, LetTheSeamItselfAndCompositionRootsThrough) {
  EXPECT_EQ(verdict("pools/internal/real_env.cc", "std::chrono::steady_clock::now()"), "");
  EXPECT_EQ(verdict("cli/main.cc", "std::getenv(name)"), "");
  EXPECT_EQ(verdict("tests/pools/pool_test.cc", "std::thread other;"), "");
}

TEST(Seams, LetNobodySleepToSynchroniseNotEvenATest) {
  EXPECT_NE(verdict("tests/pools/pool_test.cc", "std::this_thread::sleep_for(1ms);"), "");
  EXPECT_NE(verdict("pools/internal/real_env.cc", "usleep(10);"), "");
}

TEST(Seams, DoNotMistakeAWordForACall) {
  EXPECT_EQ(verdict("pools/pool.cc", "// std::thread is not started here"), "");
  EXPECT_EQ(verdict("pools/pool.cc", "std::thread::id owner;"), "");
  EXPECT_EQ(verdict("pools/pool.cc", "int operand = brand;"), "");
  EXPECT_EQ(verdict("pools/pool.cc", "message = \"getenv\";"), "");
}

}  // namespace
}  // namespace millpond::tidy
