#include "millpond/tests/harness/fake_env/fake_env.h"

#include <optional>
#include <utility>

namespace millpond::harness {

TimePoint FakeEnv::now() const {
  const std::lock_guard lock(mutex_);
  return now_;
}

void FakeEnv::advance(std::chrono::nanoseconds by) {
  const TimePoint until = now() + by;
  for (;;) {
    std::optional<Task> due;
    {
      const std::lock_guard lock(mutex_);
      const std::optional<TimePoint> next = queue_.next_due();
      now_ = next && *next <= until ? std::max(now_, *next) : until;
      due = queue_.pop_timed(now_);
    }
    changed_.notify_all();
    if (!due) {
      return;
    }
    (*due)();
  }
}

int FakeEnv::run_posted() {
  int ran = 0;
  while (run_one()) {
    ++ran;
  }
  return ran;
}

bool FakeEnv::run_one() {
  std::optional<Task> task;
  {
    const std::lock_guard lock(mutex_);
    task = queue_.pop();
  }
  if (task) {
    (*task)();
  }
  return task.has_value();
}

std::size_t FakeEnv::posted() const {
  const std::lock_guard lock(mutex_);
  return queue_.ready();
}

bool FakeEnv::await_parked(int threads) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::seconds{10},
                           [this, threads] { return parked_ >= threads; });
}

void FakeEnv::park(const std::atomic<std::uint32_t>& word, std::uint32_t value,
                   TimePoint deadline) {
  if (std::this_thread::get_id() == test_thread_) {
    if (!run_one()) {
      advance(deadline - now());
    }
    return;
  }
  std::unique_lock lock(mutex_);
  ++parked_;
  changed_.notify_all();
  changed_.wait(lock, [&] { return word.load() != value || now_ >= deadline; });
  --parked_;
}

void FakeEnv::unpark(const std::atomic<std::uint32_t>* /*word*/) {
  const std::lock_guard lock(mutex_);  // so that no thread is between its look and its wait
  changed_.notify_all();
}

bool FakeEnv::post(Task task) {
  const std::lock_guard lock(mutex_);
  if (!stopped_) {
    queue_.push(std::move(task));
  }
  return !stopped_;
}

bool FakeEnv::post_at(TimePoint when, Task task) {
  const std::lock_guard lock(mutex_);
  if (!stopped_) {
    queue_.push_at(when, std::move(task));
  }
  return !stopped_;
}

void FakeEnv::stop() {
  run_posted();
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  queue_.clear_timed();
}

bool FakeEnv::watch(int socket, std::uint64_t number, Task hung_up) {
  const std::lock_guard lock(mutex_);
  if (!stopped_) {
    watched_[number] = {socket, std::move(hung_up)};
  }
  return !stopped_;
}

void FakeEnv::unwatch(std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  watched_.erase(number);
}

Task FakeEnv::news_of_hang_up(int socket) {
  const std::lock_guard lock(mutex_);
  for (auto& [number, watched] : watched_) {
    if (watched.socket == socket) {
      return std::exchange(watched.hung_up, {});
    }
  }
  return {};
}

bool FakeEnv::hang_up(int socket) {
  const Task news = news_of_hang_up(socket);
  if (news) {
    news();
  }
  return static_cast<bool>(news);
}

std::size_t FakeEnv::watched() const {
  const std::lock_guard lock(mutex_);
  return watched_.size();
}

std::uint64_t FakeEnv::next() {
  const std::lock_guard lock(mutex_);
  return random_ = random_ * 6364136223846793005 + 1442695040888963407;  // Knuth's MMIX generator
}

}  // namespace millpond::harness
