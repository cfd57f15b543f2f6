#include <gtest/gtest.h>

#include <string>

#include "millpond/tests/harness/servers/command.h"
#include "millpond/tests/harness/servers/runfiles.h"

namespace millpond::drivers {
namespace {

// Unguarded, the library's first calls crash in one process of fifty.
TEST(RacingDrivers, AThousandProcessesInitialiseTheLibraryOnce) {
  const std::string program = harness::runfile("tests/drivers/mysql/racing_drivers");
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(harness::run_command({.command = {program}}), "32") << "process " << i;
  }
}

}  // namespace
}  // namespace millpond::drivers
