#include "millpond/pools/loader/host.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <fstream>

namespace millpond::loader {
namespace {

TEST(ThisHost, KnowsItsLimitOfDescriptors) {
  rlimit limits{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limits), 0);
  const Host host = this_host();
  ASSERT_TRUE(host.descriptors);
  EXPECT_EQ(static_cast<rlim_t>(host.descriptors->soft), limits.rlim_cur);
  EXPECT_GE(host.descriptors->hard, host.descriptors->soft);
}

TEST(ThisHost, CountsTheDescriptorsThatAreOpen) {
  const auto before = this_host().descriptors->open;
  const std::ifstream file("/proc/self/status");
  EXPECT_EQ(this_host().descriptors->open, before + 1);
}

TEST(ThisHost, KnowsItsProcessorsAndItsPorts) {
  const Host host = this_host();
  EXPECT_GE(host.processors, 1);
  ASSERT_TRUE(host.ephemeral_ports);
  EXPECT_GT(*host.ephemeral_ports, 0);
}

TEST(ThisHost, SaysWhyAFileCannotBeRead) {
  EXPECT_EQ(this_host().read_file("/proc/nowhere").error(), "No such file or directory");
  EXPECT_EQ(this_host().read_file("/proc").error(), "Is a directory");
}

}  // namespace
}  // namespace millpond::loader
