// The demo itself, on real servers: short, but with its kills and its audit.
#include "millpond/examples/shop/demo.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <sstream>
#include <string>

namespace millpond::shop {
namespace {

using namespace std::chrono_literals;

TEST(Demo, ServesFourWorkloadsReplacesKilledSessionsAndLosesNothing) {
  std::ostringstream out;
  EXPECT_EQ(run_demo({.length = 3s, .workers = 6}, out), 0) << out.str();
  const std::string text = out.str();
  EXPECT_NE(text.find("figure demo.lost_operations 0\nfigure demo.over_limit_sessions 0\n"
                      "figure demo.replaced_sessions 3\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("ceil(hikari(4, 1) / 2) = ceil(9 / 2) = ceil(4.5) = 5"), std::string::npos);
}

TEST(Demo, AnInterruptEndsItEarlyCleanlyAndWithNothingLost) {
  kill(getpid(), SIGINT);  // pending before it looks: the demo blocks it as its first act
  std::ostringstream out;
  EXPECT_EQ(run_demo({.length = 1h, .workers = 2}, out), 0) << out.str();
  EXPECT_NE(out.str().find("Interrupted; everything was stopped in order."), std::string::npos);
}

}  // namespace
}  // namespace millpond::shop

// SIGINT must wait for the demo even before it starts.
int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  sigset_t interrupt;
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  pthread_sigmask(SIG_BLOCK, &interrupt, nullptr);
  return RUN_ALL_TESTS();
}
