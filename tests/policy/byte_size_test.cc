#include "millpond/policy/byte_size.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdint>

namespace millpond::policy {
namespace {

TEST(ByteSize, IsANumberAndOneUnit) {
  EXPECT_EQ(parse_bytes("64KiB"), 65536);
  EXPECT_EQ(parse_bytes("1MiB"), 1 << 20);
  EXPECT_EQ(parse_bytes("2GiB"), std::int64_t{2} << 30);
  EXPECT_EQ(parse_bytes("0B"), 0);
}

TEST(ByteSize, SaysWhatIsWrong) {
  EXPECT_EQ(parse_bytes("64").error(), "a number without a unit");
  EXPECT_EQ(parse_bytes("64KB").error(), "unknown unit `KB`");
  EXPECT_EQ(parse_bytes("").error(), "no number");
  EXPECT_EQ(parse_bytes("-1B").error(), "no number");
  EXPECT_EQ(parse_bytes("99999999999999999999B").error(), "too large");
  EXPECT_EQ(parse_bytes("9223372036854775807GiB").error(), "too large");
}

TEST(ByteSize, IsReadBackAsItIsWritten) {
  EXPECT_EQ(bytes_text(65536), "64KiB");
  EXPECT_EQ(bytes_text(1000), "1000B");
  EXPECT_TRUE(rc::check([] {
    const auto bytes = *rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << 50);
    RC_ASSERT(parse_bytes(bytes_text(bytes)) == bytes);
  }));
}

}  // namespace
}  // namespace millpond::policy
