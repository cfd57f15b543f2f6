// A model: a few threads of a pool's life, run under every schedule that a bound allows.
//
// Plain values. Running one takes the process for itself: models do not run side by side.
//
//   for (const Model& model : all_models()) { const Verdict verdict = model.run(model, std::cout);
//   … }
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string_view>

namespace millpond::models {

// Relacy jumps between stacks of its own, of which AddressSanitizer and ThreadSanitizer know
// nothing: under them a model is not run, and not even compiled, which would take them minutes.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kStacksAreWatched = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kStacksAreWatched = true;
#else
inline constexpr bool kStacksAreWatched = false;
#endif
#else
inline constexpr bool kStacksAreWatched = false;
#endif

// How far the schedules are searched: all of them, or all with no more than so many preemptions.
inline constexpr int kEverySchedule = -1;

// A litmus leaves out what the algorithm cannot do without, so that the models can be seen to fail.
enum class Expected : std::uint8_t { kHolds, kFails };

struct Verdict {
  bool held = false;
  std::uint64_t schedules = 0;  // tried; of a model that failed, up to the failure
  std::string_view outcome;     // in the checker's words
};

struct Model {
  std::string_view name;
  int threads = 0;
  int preemptions = kEverySchedule;
  Expected expected = Expected::kHolds;
  // Tells the stream what the threads did, step by step, where the model fails against expectation.
  Verdict (*run)(const Model& model, std::ostream& history) = nullptr;

  bool as_expected(const Verdict& verdict) const {
    return verdict.held == (expected == Expected::kHolds);
  }
};

}  // namespace millpond::models
