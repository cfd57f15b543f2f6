// Time, tasks, and chance under the control of one test: nothing happens until the test says so,
// and everything happens in the same order each time.
//
// The thread that makes it is the test's thread. It never blocks: where it would park, the posted
// tasks run first, and when none is left virtual time jumps to the deadline. Other threads park for
// real and wait for the test to advance().
//
//   auto env = std::make_shared<harness::FakeEnv>();
//   pool->start();
//   env->run_posted();       // the dials
//   env->advance(200ms);     // timers that fall due run in between, in order
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>

#include "millpond/pools/env.h"
#include "millpond/pools/internal/task_queue.h"
#include "millpond/pools/time_point.h"

namespace millpond::harness {

class FakeEnv final : public Env,
                      private Clock,
                      private Executor,
                      private Random,
                      private Barrier,
                      private PeerWatch {
 public:
  explicit FakeEnv(std::uint64_t seed = 1) : random_(seed) {}

  Clock& clock() override { return *this; }
  Executor& executor() override { return *this; }
  Random& random() override { return *this; }
  Barrier& barrier() override { return *this; }
  PeerWatch& peer_watch() override { return *this; }

  TimePoint now() const override;

  // Moves the clock; timed tasks that fall due run on this thread, each at its own time.
  void advance(std::chrono::nanoseconds by);

  // Runs posted tasks, those they post included; returns how many ran.
  int run_posted();

  // Runs the oldest posted task alone; false when there is none.
  bool run_one();

  std::size_t posted() const;

  // The peer of a socket hangs up: who watches it hears of it on this thread. False when nobody
  // does.
  bool hang_up(int socket);

  // The same, taken now and told later by the test: news that overtakes, or comes too late. Empty
  // when nobody watches.
  Task news_of_hang_up(int socket);

  std::size_t watched() const;

  // Returns once `threads` other threads are parked; gives up, and says so, after ten real seconds.
  bool await_parked(int threads);

 private:
  void park(const std::atomic<std::uint32_t>& word, std::uint32_t value,
            TimePoint deadline) override;
  void yield() noexcept override {}
  void unpark(const std::atomic<std::uint32_t>* word) override;
  bool post(Task task) override;
  bool post_at(TimePoint when, Task task) override;
  void stop() override;
  std::uint64_t next() override;
  // The portable way: returns pay for the order.
  bool available() const noexcept override { return false; }
  void heavy() noexcept override {}
  bool watch(int socket, std::uint64_t number, Task hung_up) override;
  void unwatch(std::uint64_t number) override;
  std::int64_t wake_ups() const override { return 0; }
  void abandon_in_child() noexcept override {}

  const std::thread::id test_thread_ = std::this_thread::get_id();
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  TimePoint now_{std::chrono::hours{1}};  // not zero: an unset time must not look like the present
  internal::TaskQueue queue_;
  struct Watched {
    int socket = -1;
    Task hung_up;
  };
  std::map<std::uint64_t, Watched> watched_;
  int parked_ = 0;
  bool stopped_ = false;
  std::uint64_t random_;
};

}  // namespace millpond::harness
