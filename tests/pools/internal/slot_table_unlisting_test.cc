// That the index of a large table, thinned out by a search in vain, still leads to every idle slot.
#include <gtest/gtest.h>

#include <cstdint>
#include <set>

#include "millpond/pools/internal/slot.h"
#include "millpond/pools/internal/slot_table.h"
#include "millpond/pools/internal/slot_word.h"

namespace millpond::internal {
namespace {

class SlotTableUnlistingTest : public testing::Test {
 protected:
  static constexpr std::uint32_t kSlots = 300;

  SlotTableUnlistingTest() {
    for (SlotId id = 0; id < kSlots; ++id) {
      table.list(table[id]);  // all lent
    }
  }

  Slot* search() {
    return table.search(kUnlendableMarks, [] {});
  }

  // As fast_path.h does it where nobody waits.
  void give_back(SlotId id) {
    if ((table[id].word.marks() & kUnlistedMark) != 0) {
      table.list(table[id]);
    }
    table.give_back(table[id]);
  }

  std::uint32_t marked() const {
    std::uint32_t count = 0;
    for (SlotId id = 0; id < kSlots; ++id) {
      count += (table[id].word.marks() & kUnlistedMark) != 0 ? 1 : 0;
    }
    return count;
  }

  SlotTable table{SlotTable::Shape{.slots = kSlots}};
};

TEST_F(SlotTableUnlistingTest, ASearchInVainUnlistsWhatItMetAndMarksIt) {
  EXPECT_EQ(search(), nullptr);
  EXPECT_EQ(marked(), kSlots - 64);  // the first few are looked at without
}

TEST_F(SlotTableUnlistingTest, WhatComesBackIsFoundAgain) {
  ASSERT_EQ(search(), nullptr);
  std::set<SlotId> found;
  for (SlotId id = 0; id < kSlots; ++id) {
    give_back(id);
  }
  while (const Slot* slot = search()) {
    found.insert(slot->id);
  }
  EXPECT_EQ(found.size(), kSlots);
}

TEST_F(SlotTableUnlistingTest, WhatComesBackAtTheFenceIsFoundByThatVerySearch) {
  Slot* const found = table.search(kUnlendableMarks, [this] { table.give_back(table[200]); });
  ASSERT_EQ(found, &table[200]);
  EXPECT_EQ(found->word.marks(), kNoMarks);
}

TEST_F(SlotTableUnlistingTest, TheFenceComesOnceForManyAndBehindTheirMarks) {
  int fences = 0;
  std::uint32_t marked_before = 0;
  table.search(kUnlendableMarks, [&] {
    ++fences;
    marked_before = marked();
  });
  EXPECT_LE(fences, 4);
  EXPECT_EQ(marked_before, kSlots - 64);
}

TEST_F(SlotTableUnlistingTest, OfTwoThatComeBackAtTheFenceTheSecondIsIdleAndFoundNext) {
  const auto both = [this] {
    if (!table[200].word.looks_idle() && table[201].word.marks() == kUnlistedMark) {
      table.give_back(table[200]);
      table.give_back(table[201]);
    }
  };
  EXPECT_EQ(table.search(kUnlendableMarks, both), &table[200]);
  EXPECT_EQ(search(), &table[201]);
}

}  // namespace
}  // namespace millpond::internal
