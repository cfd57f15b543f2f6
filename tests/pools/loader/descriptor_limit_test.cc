#include "millpond/pools/loader/descriptor_limit.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "millpond/policy/pool_policy.h"

namespace millpond::loader {
namespace {

constexpr rlim_t kLow = 200;

class DescriptorLimit : public testing::Test {
 protected:
  DescriptorLimit() {
    getrlimit(RLIMIT_NOFILE, &limits_);
    const rlimit low{kLow, limits_.rlim_max};
    setrlimit(RLIMIT_NOFILE, &low);
  }
  ~DescriptorLimit() override { setrlimit(RLIMIT_NOFILE, &limits_); }

  static rlim_t after(std::int64_t raise_nofile) {
    EXPECT_TRUE(raise_descriptor_limit({.raise_nofile = raise_nofile}));
    rlimit now{};
    getrlimit(RLIMIT_NOFILE, &now);
    return now.rlim_cur;
  }

  rlimit limits_{};
};

TEST_F(DescriptorLimit, IsLeftAloneWhereThePolicySaysOff) {
  EXPECT_EQ(after(0), kLow);
}

TEST_F(DescriptorLimit, IsRaisedToANumber) {
  EXPECT_EQ(after(kLow + 50), kLow + 50);
}

TEST_F(DescriptorLimit, IsRaisedToTheHardLimit) {
  EXPECT_EQ(after(policy::kUnlimited), limits_.rlim_max);
}

TEST_F(DescriptorLimit, IsNeverLowered) {
  EXPECT_EQ(after(64), kLow);
}

}  // namespace
}  // namespace millpond::loader
