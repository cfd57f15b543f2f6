#include "millpond/drivers/secret.h"

#include <gtest/gtest.h>

#include <cstring>
#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

namespace millpond::drivers {
namespace {

TEST(Secret, ShowsItsTextOnlyWhenAskedByName) {
  EXPECT_EQ(Secret{"hunter2"}.reveal(), "hunter2");
  EXPECT_FALSE((std::is_convertible_v<Secret, std::string>));
  EXPECT_FALSE((std::is_convertible_v<std::string, Secret>));
}

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};

TEST(Secret, CannotBePrinted) {
  EXPECT_FALSE(Printable<Secret>);
}

TEST(Secret, IsReplacedWhereverAMessageQuotesIt) {
  const Secret secret{"hunter2"};
  EXPECT_EQ(secret.redact("auth hunter2 as hunter2hunter2"), "auth *** as ******");
  EXPECT_EQ(secret.redact("nothing to hide"), "nothing to hide");
}

TEST(Secret, ThatIsEmptyLeavesAMessageAlone) {
  EXPECT_EQ(Secret{}.redact("text"), "text");
}

TEST(Secret, ThatIsPartOfTheMaskIsReplacedOnce) {
  EXPECT_EQ(Secret{"*"}.redact("a*b"), "a***b");
}

TEST(Secret, MovedAwayLeavesNothingBehind) {
  Secret from{"hunter2"};
  const Secret to{std::move(from)};
  EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): what this test is about
  EXPECT_EQ(memmem(&from, sizeof from, "unter2", 6), nullptr);  // short texts are copied, not moved
  EXPECT_EQ(to.reveal(), "hunter2");
}

TEST(Secret, IsAssignedByCopyAndByMoveAndToItself) {
  Secret one{"first"};
  const Secret other{"second"};
  one = other;
  EXPECT_EQ(one.reveal(), "second");
  EXPECT_EQ(other.reveal(), "second");
  one = Secret{"third"};
  EXPECT_EQ(one.reveal(), "third");
  const Secret& itself = one;
  one = itself;
  EXPECT_EQ(one.reveal(), "third");
}

TEST(Secret, ReplacedByAnotherIsWipedFromMemory) {
  // A short text lives inside the object, where it can be looked for.
  Secret secret{"hunter2"};
  ASSERT_NE(memmem(&secret, sizeof secret, "unter2", 6), nullptr);
  secret = Secret{};
  EXPECT_EQ(memmem(&secret, sizeof secret, "unter2", 6), nullptr);
}

}  // namespace
}  // namespace millpond::drivers
