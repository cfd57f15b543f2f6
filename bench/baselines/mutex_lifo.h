// The pool that a careful programmer writes in ten minutes: a mutex, a stack, and a condition
// variable for when the stack is empty. Newcomers may overtake who is waiting.
//
// Safe from any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <vector>

#include "millpond/bench/session.h"

namespace millpond::bench {

class MutexLifo {
 public:
  explicit MutexLifo(int size) : sessions_(static_cast<std::size_t>(size)) {
    for (Session& session : sessions_) {
      free_.push_back(&session);
    }
  }

  template <class Work>
  [[gnu::always_inline]] bool borrow(const Work& work) {
    Session* session = nullptr;
    {
      std::unique_lock lock(mutex_);
      while (free_.empty()) {
        ++waiting_;
        freed_.wait(lock);
        --waiting_;
      }
      session = pop();
    }
    work(*session);
    give_back(session);
    return true;
  }

  template <class Work>
  Outcome borrow_until(std::chrono::steady_clock::time_point deadline, const Work& work) {
    Session* session = nullptr;
    {
      std::unique_lock lock(mutex_);
      ++waiting_;
      const bool found = freed_.wait_until(lock, deadline, [this] { return !free_.empty(); });
      --waiting_;
      if (!found) {
        return Outcome::kTimedOut;
      }
      session = pop();
    }
    work(*session);
    give_back(session);
    return Outcome::kServed;
  }

 private:
  Session* pop() {
    Session* session = free_.back();
    free_.pop_back();
    return session;
  }

  void give_back(Session* session) {
    bool wanted = false;
    {
      const std::lock_guard lock(mutex_);
      free_.push_back(session);
      wanted = waiting_ > 0;
    }
    if (wanted) {
      freed_.notify_one();
    }
  }

  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<Session> sessions_;
  std::vector<Session*> free_;
  int waiting_ = 0;
};

}  // namespace millpond::bench
