#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <iostream>
#include <string>
#include <vector>

#include "millpond/tests/models/catalog.h"
#include "millpond/tests/models/model.h"

namespace millpond::models {
namespace {

std::string test_name(const testing::TestParamInfo<Model>& info) {
  std::string name(info.param.name);
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

class EveryModel : public testing::TestWithParam<Model> {};

TEST_P(EveryModel, HoldsUnderEveryScheduleOrIsRejectedWhereItMustBe) {
  if (kStacksAreWatched) {
    GTEST_SKIP() << "not under a sanitizer";
  }
  const Model& model = GetParam();
  const Verdict verdict = model.run(model, std::cout);
  EXPECT_TRUE(model.as_expected(verdict))
      << model.name << ": " << verdict.outcome << " after " << verdict.schedules << " schedules";
}

INSTANTIATE_TEST_SUITE_P(Models, EveryModel, testing::ValuesIn(all_models()), test_name);

}  // namespace
}  // namespace millpond::models
