#include <gtest/gtest.h>

#include <string>

#include "millpond/tests/harness/servers/command.h"
#include "millpond/tests/harness/servers/runfiles.h"

namespace millpond::drivers {
namespace {

// Under ThreadSanitizer a process takes half a second.
#if defined(__SANITIZE_THREAD__)
constexpr int kProcesses = 100;
#else
constexpr int kProcesses = 1000;
#endif

class RacingLibraries : public testing::TestWithParam<const char*> {};

// libpq with OpenSSL, hiredis with our TLS, libcurl; mysql/racing_drivers_test has the fourth.
TEST_P(RacingLibraries, EachOfAThousandProcessesInitialisesThemOnce) {
  const std::string program = harness::runfile(std::string{"tests/drivers/racing/"} + GetParam());
  for (int i = 0; i < kProcesses; ++i) {
    ASSERT_EQ(harness::run_command({.command = {program}}), "32") << "process " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Each, RacingLibraries,
                         testing::Values("race_postgres", "race_redis", "race_http"));

}  // namespace
}  // namespace millpond::drivers
