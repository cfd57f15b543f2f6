// Where the demo catches a session in the middle of its work: a worker that is half-way through an
// operation stops here, when asked to, and tells which session it holds, until that was killed.
//
// pass() is for workers, the rest for the one saboteur; safe from any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

namespace millpond::shop {

class Ambush {
 public:
  // Half-way through the work. `session` is asked for the server's name of the leased session, and
  // only when the saboteur waits; then the worker stands still until release(), at most five
  // seconds.
  void pass(const std::function<std::string()>& session) {
    if (!wanted_.exchange(false)) {
      return;
    }
    std::string id = session();
    std::unique_lock lock(mutex_);
    caught_ = std::move(id);
    released_ = false;
    changed_.notify_all();
    changed_.wait_for(lock, kPatience, [this] { return released_; });
  }

  // The session of the next worker that passes, or nothing within five seconds.
  std::optional<std::string> catch_one() {
    std::unique_lock lock(mutex_);
    caught_.reset();
    wanted_ = true;
    changed_.wait_for(lock, kPatience, [this] { return caught_.has_value(); });
    wanted_ = false;
    return caught_;
  }

  void release() {
    const std::lock_guard lock(mutex_);
    released_ = true;
    changed_.notify_all();
  }

 private:
  static constexpr std::chrono::seconds kPatience{5};

  std::atomic<bool> wanted_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<std::string> caught_;
  bool released_ = false;
};

}  // namespace millpond::shop
