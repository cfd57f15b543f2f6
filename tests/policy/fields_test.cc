#include "millpond/policy/fields.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "millpond/policy/duration.h"
#include "millpond/policy/field_text.h"
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

template <class Policy, std::size_t Count = 96>
constexpr std::size_t count_members() {
  if constexpr (initialised_by<Policy>(std::make_index_sequence<Count>())) {
    return Count;
  } else {
    return count_members<Policy, Count - 1>();
  }
}

TEST(OptionTable, HasARowForEveryMemberThatAKeySets) {
  constexpr std::size_t kNameAndSpan = 2;
  constexpr std::size_t kSizing = 1;        // worked out with `size`
  constexpr std::size_t kFair = 1;          // worked out of the server's budget
  constexpr std::size_t kTwoKeysToOne = 1;  // `endpoint` and `endpoints`
  EXPECT_EQ(keys_of(Section::kPool).size(), count_members<PoolPolicy>() - kNameAndSpan - kSizing);
  EXPECT_EQ(keys_of(Section::kServer).size(),
            count_members<ServerPolicy>() - kNameAndSpan - kFair + kTwoKeysToOne);
  EXPECT_EQ(keys_of(Section::kProcess).size(), count_members<ProcessPolicy>());
  EXPECT_EQ(keys_of(Section::kFleet).size(), count_members<FleetPolicy>());
}

// Every row of the table, one after the other.
class Row : public testing::TestWithParam<const Field*> {
 protected:
  const Field& field() const { return *GetParam(); }

  static bool accepts(const Field& field, const Scalar& scalar) {
    return read_value(field, scalar).has_value();
  }
  static std::string code_of(const Field& field, const Scalar& scalar) {
    const auto value = read_value(field, scalar);
    return value ? "accepted" : value.error().code;
  }

  // A number as the row's kind writes it.
  Scalar written(std::int64_t number) const {
    switch (field().kind) {
      case Kind::kDuration:
        return {.content = to_text(Duration{number})};
      case Kind::kShare:
        return {.content = fmt::format("{}%", number)};
      case Kind::kBytes:
        return {.content = fmt::format("{}B", number)};
      case Kind::kNumber:
        return {.content = static_cast<double>(number) / 1000};
      case Kind::kNames:
      case Kind::kAddresses:
        return {.content = Scalar::Texts(static_cast<std::size_t>(number), "x")};
      default:
        return {.content = number};
    }
  }

  // A duration's digits are limited, too: a second more is written with fewer than a microsecond.
  Scalar just_above() const {
    const Duration second = std::chrono::seconds{1};
    return written(field().most + (field().kind == Kind::kDuration ? second.count() : 1));
  }

  bool is_bounded() const { return !bounds_of(field()).empty(); }
};

TEST_P(Row, IsDocumentedAndFoundByItsKey) {
  EXPECT_FALSE(field().doc.empty());
  EXPECT_FALSE(expected_form(field()).empty());
  EXPECT_EQ(find_field(field().section, field().key), GetParam());
}

TEST_P(Row, SaysWhatHoldsWithoutTheKey) {
  const int ways = (field().required ? 1 : 0) + (field().fallback.empty() ? 0 : 1) +
                   (field().fallback_note.empty() ? 0 : 1);
  EXPECT_EQ(ways, 1);
}

TEST_P(Row, AcceptsItsOwnDefaults) {
  for (const Backend backend :
       {Backend::kPostgres, Backend::kMysql, Backend::kRedis, Backend::kHttp}) {
    const bool formula = field().key == "max_waiters";
    if (!fallback_of(field(), backend).empty() && !formula) {
      EXPECT_NO_THROW(default_value(field(), backend));
    }
  }
}

TEST_P(Row, AcceptsWhatLiesOnItsBounds) {
  if (is_bounded()) {
    EXPECT_TRUE(accepts(field(), written(field().least)));
    EXPECT_TRUE(accepts(field(), written(field().most)));
  }
}

TEST_P(Row, RefusesWhatLiesBehindItsBounds) {
  if (!is_bounded()) {
    return;
  }
  EXPECT_EQ(code_of(field(), just_above()), "M015");
  const bool negative_list = field().kind == Kind::kNames && field().least == 0;
  const bool means_a_word = find_alias(field(), field().least - 1) != nullptr;
  if (field().least > 0 && !negative_list && !means_a_word) {
    EXPECT_EQ(code_of(field(), written(field().least - 1)), "M015");
  }
}

TEST_P(Row, AcceptsItsWords) {
  for (const Alias& alias : field().aliases) {
    if (!alias.word.empty()) {
      EXPECT_TRUE(accepts(field(), {.content = std::string(alias.word)})) << alias.word;
    }
  }
  for (const std::string_view word : field().words) {
    EXPECT_TRUE(accepts(field(), {.content = std::string(word)})) << word;
  }
}

TEST_P(Row, RefusesAnotherType) {
  EXPECT_FALSE(accepts(field(), {.content = true}));
  EXPECT_FALSE(accepts(field(), {.content = Scalar::Other{"a table"}}));
}

std::vector<const Field*> rows() {
  std::vector<const Field*> all;
  for (const Section section : kSections) {
    for (const Field& field : fields_of(section)) {
      all.push_back(&field);
    }
  }
  return all;
}

std::string name_of_row(const testing::TestParamInfo<const Field*>& info) {
  constexpr std::array<std::string_view, 4> kNames{"process", "fleet", "server", "pool"};
  return fmt::format("{}_{}", kNames[static_cast<std::size_t>(info.param->section)],
                     info.param->key);
}

INSTANTIATE_TEST_SUITE_P(OfTheOptionTable, Row, testing::ValuesIn(rows()), name_of_row);

TEST(OptionTable, HasEachKeyOnce) {
  std::set<std::pair<Section, std::string_view>> seen;
  for (const Field* const field : rows()) {
    EXPECT_TRUE(seen.emplace(field->section, field->key).second) << field->key;
  }
  EXPECT_EQ(find_field(Section::kPool, "colour"), nullptr);
}

TEST(OptionTable, SpellsBackendsAsTheirNames) {
  const auto words = find_field(Section::kServer, "backend")->words;
  for (std::size_t i = 0; i < words.size(); ++i) {
    EXPECT_EQ(words[i], name_of(static_cast<Backend>(i)));
  }
}

// Of every choice: its words stand in the order of its enumerators, the last one included.
template <class Word>
Word last_word(Section section, std::string_view key) {
  const auto words = find_field(section, key)->words;
  return static_cast<Word>(words.size() - 1);
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

TEST(OptionTable, HasAWordForEachEnumerator) {
  EXPECT_EQ(last_word<Tls>(Section::kServer, "tls"), Tls::kVerifyFull);
  EXPECT_EQ(last_word<Balance>(Section::kServer, "balance"), Balance::kLeastUsed);
  EXPECT_EQ(last_word<Via>(Section::kServer, "via"), Via::kProxysql);
  EXPECT_EQ(last_word<OnOverBudget>(Section::kPool, "on_over_budget"), OnOverBudget::kClamp);
  EXPECT_EQ(last_word<Overload>(Section::kPool, "overload"), Overload::kShed);
  EXPECT_EQ(last_word<Overflow>(Section::kPool, "overflow"), Overflow::kOpenAndClose);
  EXPECT_EQ(last_word<RetryBackoff>(Section::kPool, "retry_backoff"), RetryBackoff::kNone);
  EXPECT_EQ(last_word<RetryOn>(Section::kPool, "retry_on"), RetryOn::kConnect);
  EXPECT_EQ(last_word<OnFdShortfall>(Section::kProcess, "on_fd_shortfall"), OnFdShortfall::kWarn);
  EXPECT_EQ(last_word<Reload>(Section::kProcess, "reload"), Reload::kOff);
  EXPECT_EQ(last_word<Sigpipe>(Section::kProcess, "sigpipe"), Sigpipe::kLeave);
}

}  // namespace
}  // namespace millpond::policy
