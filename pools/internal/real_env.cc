#include "millpond/pools/internal/real_env.h"

#include <linux/futex.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "millpond/pools/internal/death_watch.h"
#include "millpond/pools/internal/task_queue.h"

namespace millpond::internal {
namespace {

using Steady = std::chrono::steady_clock;

class RealClock final : public Clock {
 public:
  TimePoint now() const override { return Steady::now(); }

  // A futex word with an absolute deadline: std::atomic has no timed wait, and a condition variable
  // would add a mutex. FUTEX_WAIT_BITSET reads CLOCK_MONOTONIC, which is libstdc++'s steady_clock.
  void park(const std::atomic<std::uint32_t>& word, std::uint32_t value,
            TimePoint deadline) override {
    using std::chrono::duration_cast;
    const auto since_boot = deadline.time_since_epoch();
    const auto seconds = duration_cast<std::chrono::seconds>(since_boot);
    const timespec until{
        static_cast<time_t>(seconds.count()),
        static_cast<long>(duration_cast<std::chrono::nanoseconds>(since_boot - seconds).count())};
    syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, value, &until, nullptr,
            FUTEX_BITSET_MATCH_ANY);
  }

  void yield() noexcept override { std::this_thread::yield(); }

  void unpark(const std::atomic<std::uint32_t>* word) override {
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1);
  }
};

class RealRandom final : public Random {
 public:
  std::uint64_t next() override {
    const std::lock_guard lock(mutex_);
    return engine_();
  }

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_{std::random_device{}()};
};

// membarrier(2). Registered once for each barrier; a kernel or a seccomp filter may refuse it.
class RealBarrier final : public Barrier {
 public:
  bool available() const noexcept override { return available_; }
  void heavy() noexcept override {
    syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
  }

 private:
  const bool available_ =
      syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
};

class WorkerPool final : public Executor {
 public:
  explicit WorkerPool(int max_workers) : max_workers_(static_cast<std::size_t>(max_workers)) {}
  ~WorkerPool() override { stop(); }

  bool post(Task task) override {
    const std::lock_guard lock(queue_mu_);
    if (stopping_) {
      return false;
    }
    queue_.push(std::move(task));
    if (queue_.ready() > idle_workers_ && workers_.size() < max_workers_) {
      workers_.emplace_back([this] { work(); });
    }
    wake_worker_.notify_one();
    return true;
  }

  bool post_at(TimePoint when, Task task) override {
    const std::lock_guard lock(queue_mu_);
    if (stopping_) {
      return false;
    }
    queue_.push_at(when, std::move(task));
    if (!timer_.joinable()) {
      timer_ = std::thread([this] { tend_timers(); });
    }
    wake_timer_.notify_one();
    return true;
  }

  void stop() override {
    std::vector<std::thread> leaving;
    {
      const std::lock_guard lock(queue_mu_);
      stopping_ = true;
      queue_.clear_timed();
      leaving.swap(workers_);
      if (timer_.joinable()) {
        leaving.push_back(std::move(timer_));
      }
    }
    wake_worker_.notify_all();
    wake_timer_.notify_all();
    for (std::thread& thread : leaving) {
      thread.join();
    }
  }

 private:
  void work() {
    std::unique_lock lock(queue_mu_);
    for (;;) {
      if (std::optional<Task> task = queue_.pop()) {
        lock.unlock();
        (*task)();
        task.reset();  // what it holds may be the last of its kind: let it go without the lock
        lock.lock();
      } else if (stopping_) {
        return;
      } else {
        ++idle_workers_;
        wake_worker_.wait(lock);
        --idle_workers_;
      }
    }
  }

  // Timed tasks run here, on the timer's own thread: they are ticks, which take a lock for
  // microseconds and post whatever is slow.
  void tend_timers() {
    std::unique_lock lock(queue_mu_);
    while (!stopping_) {
      if (std::optional<Task> task = queue_.pop_timed(Steady::now())) {
        lock.unlock();
        (*task)();
        task.reset();
        lock.lock();
      } else if (const std::optional<TimePoint> due = queue_.next_due()) {
        wake_timer_.wait_until(lock, *due);
      } else {
        wake_timer_.wait(lock);
      }
    }
  }

  const std::size_t max_workers_;
  std::mutex queue_mu_;
  std::condition_variable wake_worker_;
  std::condition_variable wake_timer_;
  TaskQueue queue_;
  std::vector<std::thread> workers_;
  std::thread timer_;
  std::size_t idle_workers_ = 0;
  bool stopping_ = false;
};

class RealEnv final : public Env {
 public:
  explicit RealEnv(int max_workers) : executor_(max_workers) {}
  Clock& clock() override { return clock_; }
  Executor& executor() override { return executor_; }
  Random& random() override { return random_; }
  Barrier& barrier() override { return barrier_; }
  PeerWatch& peer_watch() override { return deaths_; }

 private:
  RealClock clock_;
  RealRandom random_;
  RealBarrier barrier_;
  DeathWatch deaths_;
  WorkerPool executor_;
};

}  // namespace

std::shared_ptr<Env> make_real_env(int max_workers) {
  return std::make_shared<RealEnv>(max_workers);
}

}  // namespace millpond::internal
