// The index of idle slots, which a searcher thins out, against the returns of what it held to be
// busy: SlotTable::search, list and relist_idle, and the returns of Pool, over the production
// index.
//
// Threads: one that searches in vain and unlists what it meets, and one or two that give a slot
// back. The slots lie behind the index's first word, so that its summary takes part.
// In some models an earlier search has unlisted the slot that comes back, and this one unlists its
// neighbour.
// Invariant: at rest every idle slot is listed, and none has the mark that says it is not.
// Bound: one return: every schedule; beside a neighbour, every schedule of at most five
// preemptions. Two: every schedule of at most three.
#include <array>
#include <cstdint>
#include <span>

#include "millpond/pools/internal/idle_index.h"
#include "millpond/pools/internal/slot_word.h"
#include "millpond/tests/models/families.h"
#include "millpond/tests/models/relacy_atomics.h"
#include "millpond/tests/models/run_model.h"

namespace millpond::models {
namespace {

// Only the thread that unlists may have forgotten its fence here.
enum class Fence : std::uint8_t { kNeedless, kHeavy, kForgotten };

class ModelTable {
 public:
  explicit ModelTable(Fence fence) : fence_(fence) {
    const Unobserved birth;
    for (int slot = 0; slot < kSlots; ++slot) {
      index_.list(id(slot));
    }
  }

  // SlotTable::search from the slot on where it begins to unlist, and relist_idle.
  void search_in_vain() {
    const Locked lock(mutex_);
    std::array<bool, kSlots> unlisted{};
    for (int slot = 0; slot < kSlots; ++slot) {
      if (index_.next(id(slot), id(slot) + 1) == id(slot) && !words_[slot].looks_idle()) {
        index_.unlist(id(slot));
        words_[slot].mark(internal::kUnlistedMark);
        unlisted[slot] = true;
      }
    }
    if (fence_ == Fence::kHeavy) {
      fence_every_thread();
    }
    for (int slot = 0; slot < kSlots; ++slot) {
      if (unlisted[slot] && words_[slot].try_take()) {
        list(slot);
        give_back(slot);
      }
    }
  }

  // Pool::release where nobody waits, with what fast_path.h and look_again do about the mark.
  void release(int slot) {
    if (words_[slot].marks() == internal::kUnlistedMark) {
      list(slot);
    }
    give_back(slot);
    if (words_[slot].marks() == internal::kNoMarks) {
      return;
    }
    const Locked lock(mutex_);
    if (words_[slot].try_take()) {
      list(slot);
      give_back(slot);
    }
  }

  // What a search has done before the model begins.
  void begin_unlisted(int slot) {
    index_.unlist(id(slot));
    words_[slot].mark(internal::kUnlistedMark);
  }

  void check_at_rest() const {
    std::array<bool, kSlots> listed{};
    // From the first word on: by way of the summary.
    for (std::uint32_t at = index_.next(0, kEnd); at != Index::kNone;
         at = index_.next(at + 1, kEnd)) {
      listed[at - id(0)] = true;
    }
    for (int slot = 0; slot < kSlots; ++slot) {
      if (words_[slot].looks_idle()) {
        RL_ASSERT(words_[slot].marks() == internal::kNoMarks);
        RL_ASSERT(listed[slot]);
      }
    }
  }

 private:
  using Index = internal::IdleIndex<RelacyAtomics>;

  static constexpr int kSlots = 2;
  static constexpr std::uint32_t kEnd = 128;
  static constexpr std::uint32_t id(int slot) { return 64 + static_cast<std::uint32_t>(slot); }

  // SlotTable::list.
  void list(int slot) {
    words_[slot].clear(internal::kUnlistedMark);
    index_.list(id(slot));
  }

  void give_back(int slot) {
    words_[slot].give_back(fence_ == Fence::kNeedless ? internal::Fencing::kSymmetric
                                                      : internal::Fencing::kAsymmetric);
  }

  const Fence fence_;
  ModelMutex mutex_;
  std::array<internal::SlotWord<RelacyAtomics>, kSlots> words_;  // born busy
  Index index_{kEnd};
};

template <int kThreads, Fence kFence>
struct Unlisting : rl::test_suite<Unlisting<kThreads, kFence>, kThreads> {
  ModelTable table{kFence};

  void before() {
    if (kThreads == 2) {
      table.release(1);  // one that lies idle beside the other
    }
  }
  void after() { table.check_at_rest(); }

  void thread(unsigned index) {
    if (index == 0) {
      table.search_in_vain();
    } else {
      table.release(static_cast<int>(index) - 1);
    }
  }
};

// The neighbour stays lent.
template <Fence kFence>
struct Relisting : rl::test_suite<Relisting<kFence>, 2> {
  ModelTable table{kFence};

  void before() { table.begin_unlisted(0); }
  void after() { table.check_at_rest(); }

  void thread(unsigned index) {
    if (index == 0) {
      table.search_in_vain();
    } else {
      table.release(0);
    }
  }
};

}  // namespace

std::span<const Model> unlisting_models() {
  using enum Fence;
  constexpr int kBound = 3;
  static const Model models[] = {
      model_of<Unlisting<2, kNeedless>>("unlisting meets return"),
      model_of<Unlisting<2, kHeavy>>("unlisting meets return, membarrier"),
      bounded_model_of<Relisting<kNeedless>>("unlisting meets listing of its neighbour", 5),
      bounded_model_of<Unlisting<3, kNeedless>>("unlisting meets two returns", kBound),
      bounded_model_of<Unlisting<3, kHeavy>>("unlisting meets two returns, membarrier", kBound),
      model_of<Unlisting<2, kForgotten>>("litmus: unlisting without its fence", Expected::kFails),
  };
  return models;
}

}  // namespace millpond::models
