// Threads that begin together and stop together.
//
// run_crew() is for one thread; a crew's members share its Signals, which any of them may ask.
//
//   auto counts = run_crew<long>({.threads = 8, .duration = 100ms}, [](int, Signals& signals) {
//     signals.ready();
//     long count = 0;
//     while (signals.running()) ++count;
//     return count;
//   });
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <latch>
#include <thread>
#include <vector>

namespace millpond::bench {

class Signals {
 public:
  explicit Signals(int threads) : all_ready_(threads + 1) {}

  // For each member once, after its own preparation. Returns when all have called it.
  void ready() { all_ready_.arrive_and_wait(); }

  bool running() const { return running_.load(std::memory_order_relaxed); }
  void stop() { running_.store(false, std::memory_order_relaxed); }

 private:
  alignas(128) std::atomic<bool> running_{true};  // everybody reads it: its line must rest
  std::latch all_ready_;                          // it does, once all have begun
};

struct Crew {
  int threads = 1;
  std::chrono::nanoseconds duration{};
};

// `work(member, signals)` must call signals.ready() and end soon after running() is false; what it
// returns is at the member's place.
template <class Result, class Work>
std::vector<Result> run_crew(const Crew& crew, const Work& work) {
  Signals signals(crew.threads);
  std::vector<Result> results(static_cast<std::size_t>(crew.threads));
  std::vector<std::thread> members;
  members.reserve(results.size());
  for (int member = 0; member < crew.threads; ++member) {
    members.emplace_back([&work, &signals, &result = results[members.size()], member] {
      result = work(member, signals);
    });
  }
  signals.ready();
  std::this_thread::sleep_for(crew.duration);
  signals.stop();
  for (std::thread& member : members) {
    member.join();
  }
  return results;
}

}  // namespace millpond::bench
