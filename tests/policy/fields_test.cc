#include "millpond/policy/fields.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <set>
#include <string_view>
#include <utility>

#include "millpond/policy/pool_policy.h"
#include "millpond/policy/value.h"

namespace millpond::policy {
namespace {

// Converts to whatever a member wants; counts members by how many of it initialise an aggregate.
struct Anything {
  template <class T>
  operator T() const;
};

template <class Policy, std::size_t... Index>
constexpr bool initialised_by(std::index_sequence<Index...>) {
  return requires {
    Policy{((void)Index, Anything{})...};
  };
}

template <class Policy, std::size_t Count = 64>
constexpr std::size_t count_members() {
  if constexpr (initialised_by<Policy>(std::make_index_sequence<Count>())) {
    return Count;
  } else {
    return count_members<Policy, Count - 1>();
  }
}

TEST(OptionTable, HasARowForEveryMemberThatAKeySets) {
  constexpr std::size_t kNameAndSpan = 2;
  constexpr std::size_t kSizing = 1;  // worked out with `size`
  EXPECT_EQ(keys_of(Section::kPool).size(), count_members<PoolPolicy>() - kNameAndSpan - kSizing);
  EXPECT_EQ(keys_of(Section::kServer).size(), count_members<ServerPolicy>() - kNameAndSpan);
  EXPECT_EQ(keys_of(Section::kProcess).size(), count_members<ProcessPolicy>());
  EXPECT_EQ(keys_of(Section::kFleet).size(), count_members<FleetPolicy>());
}

TEST(OptionTable, HasEachKeyOnceAndDocumented) {
  std::set<std::pair<Section, std::string_view>> seen;
  for (const Field& field : fields()) {
    EXPECT_TRUE(seen.emplace(field.section, field.key).second) << field.key;
    EXPECT_FALSE(field.doc.empty()) << field.key;
    EXPECT_EQ(find_field(field.section, field.key), &field) << field.key;
  }
  EXPECT_EQ(find_field(Section::kPool, "colour"), nullptr);
}

TEST(OptionTable, SaysOfEachKeyWhatHoldsWithoutIt) {
  for (const Field& field : fields()) {
    const int ways = (field.required ? 1 : 0) + (field.fallback.empty() ? 0 : 1) +
                     (field.fallback_note.empty() ? 0 : 1);
    EXPECT_EQ(ways, 1) << field.key;
  }
}

TEST(OptionTable, HasDefaultsThatTheirOwnRowsAccept) {
  for (const Field& field : fields()) {
    if (field.fallback.empty() || field.key == "max_waiters") {
      continue;
    }
    for (const Backend backend : {Backend::kPostgres, Backend::kHttp}) {
      EXPECT_NO_THROW(default_value(field, backend)) << field.key;
    }
  }
}

TEST(OptionTable, SpellsBackendsAsTheirNames) {
  const auto words = find_field(Section::kServer, "backend")->words;
  for (std::size_t i = 0; i < words.size(); ++i) {
    EXPECT_EQ(words[i], name_of(static_cast<Backend>(i)));
  }
}

TEST(OptionTable, StoresAChoiceAsItsEnumerator) {
  PoolPolicy policy;
  store(policy, *find_field(Section::kPool, "order"), Choice{1});
  store(policy, *find_field(Section::kPool, "validate"), Choice{3});
  store(policy, *find_field(Section::kPool, "reset"), Choice{1});
  EXPECT_EQ(policy.order, Order::kFifo);
  EXPECT_EQ(policy.validate, Validate::kAlways);
  EXPECT_EQ(policy.reset, Reset::kTransaction);
}

}  // namespace
}  // namespace millpond::policy
