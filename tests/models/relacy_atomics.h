// The atomics of Relacy, a model checker, for the production templates of pools/internal: with them
// SlotWord, WaitWord and IdleIndex run under a scheduler that tries the interleavings of a small
// number of threads, and the old values that a load may still return.
//
// Only inside a Relacy test suite. Relacy redefines `new`, `assert` and the memory orders; this
// header takes that back, so that what is included after it reads as it is written.
//
//   SlotWord<RelacyAtomics> word;     // every call is a step of the model
#pragma once

#include <atomic>
#include <cstdint>

// clang-format off
#include <relacy/relacy.hpp>
#undef new
#undef delete
#undef malloc
#undef calloc
#undef realloc
#undef free
#undef assert
#undef errno
#undef memory_order_relaxed
#undef memory_order_consume
#undef memory_order_acquire
#undef memory_order_release
#undef memory_order_acq_rel
#undef memory_order_seq_cst
// clang-format on

namespace millpond::models {

constexpr rl::memory_order in_relacy(std::memory_order order) {
  switch (order) {
    case std::memory_order_relaxed:
      return rl::mo_relaxed;
    case std::memory_order_consume:
      return rl::mo_consume;
    case std::memory_order_acquire:
      return rl::mo_acquire;
    case std::memory_order_release:
      return rl::mo_release;
    case std::memory_order_acq_rel:
      return rl::mo_acq_rel;
    case std::memory_order_seq_cst:
      break;
  }
  return rl::mo_seq_cst;
}

// The line of production code that a step is, for the history of a failed model.
struct Where {
  const char* function = __builtin_FUNCTION();
  const char* file = __builtin_FILE();
  int line = __builtin_LINE();

  rl::debug_info info() const { return {function, file, static_cast<unsigned>(line)}; }
};

// While one lives, the scheduler does not switch threads. For what is no step of its own: the birth
// of an atomic, and a look at a word that only the looking thread may write.
class Unobserved {
 public:
  Unobserved() : still_(rl::ctx()) {}

 private:
  rl::preemption_disabler still_;
};

// std::atomic as far as the production templates use it.
template <class T>
class RelacyAtomic {
 public:
  RelacyAtomic() : RelacyAtomic(T{}) {}
  // NOLINTNEXTLINE(google-explicit-constructor): like std::atomic's
  RelacyAtomic(T value) {
    const Unobserved birth;
    value_.store(value, rl::mo_relaxed, Where{}.info());
  }

  T load(std::memory_order order, Where where = {}) const noexcept {
    return value_.load(in_relacy(order), where.info());
  }
  void store(T value, std::memory_order order, Where where = {}) noexcept {
    value_.store(value, in_relacy(order), where.info());
  }
  T exchange(T value, std::memory_order order, Where where = {}) noexcept {
    return value_.exchange(value, in_relacy(order), where.info());
  }
  bool compare_exchange_strong(T& expected, T value, std::memory_order order,
                               Where where = {}) noexcept {
    return value_.compare_exchange_strong(expected, value, in_relacy(order), where.info());
  }
  T fetch_or(T bits, std::memory_order order, Where where = {}) noexcept {
    return value_.fetch_or(bits, in_relacy(order), where.info());
  }
  T fetch_and(T bits, std::memory_order order, Where where = {}) noexcept {
    return value_.fetch_and(bits, in_relacy(order), where.info());
  }

 private:
  rl::atomic<T> value_;
};

struct RelacyAtomics {
  template <class T>
  using Atomic = RelacyAtomic<T>;
  // The compiler's fence orders nothing between processors, and here there is no compiler.
  static void light_fence() noexcept {}
};

// The heavy side: membarrier(2), for every thread at once.
inline void fence_every_thread() {
  rl::ctx().sched();
  rl::systemwide_fence(Where{}.info());
}

// Plain memory that Relacy watches: an access not ordered behind the last one of another thread is
// a failure, and so is one after the end of its life. For flags, numbers, and enumerations.
template <class T>
class Watched {
 public:
  explicit Watched(T value) : value_(static_cast<int>(value)) {}

  T get(Where where = {}) const { return static_cast<T>(value_(where.info()).load()); }
  void set(T value, Where where = {}) { value_(where.info()).store(static_cast<int>(value)); }

 private:
  rl::var<int> value_;
};

// A mutex; hold it with Locked.
class ModelMutex {
 public:
  void lock() { mutex_.lock(Where{}.info()); }
  void unlock() { mutex_.unlock(Where{}.info()); }

 private:
  rl::mutex mutex_;
};

class Locked {
 public:
  explicit Locked(ModelMutex& mutex) : mutex_(mutex) { mutex_.lock(); }
  ~Locked() { mutex_.unlock(); }
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;

 private:
  ModelMutex& mutex_;
};

}  // namespace millpond::models
