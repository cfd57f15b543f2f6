// A mutex and a queue, strictly first come, first served: a return with somebody waiting gives the
// session to the one who has waited longest, and nobody overtakes.
//
// Safe from any thread.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <vector>

#include "millpond/bench/session.h"

namespace millpond::bench {

class MutexFifo {
 public:
  explicit MutexFifo(int size) : sessions_(static_cast<std::size_t>(size)) {
    for (Session& session : sessions_) {
      free_.push_back(&session);
    }
  }

  template <class Work>
  [[gnu::always_inline]] bool borrow(const Work& work) {
    Session* session = take();
    work(*session);
    give_back(session);
    return true;
  }

 private:
  struct Waiter {
    std::condition_variable granted;
    Session* session = nullptr;
  };

  Session* take() {
    std::unique_lock lock(mutex_);
    if (!free_.empty()) {
      Session* session = free_.back();
      free_.pop_back();
      return session;
    }
    Waiter waiter;
    queue_.push_back(&waiter);
    waiter.granted.wait(lock, [&waiter] { return waiter.session != nullptr; });
    return waiter.session;
  }

  void give_back(Session* session) {
    const std::lock_guard lock(mutex_);
    if (queue_.empty()) {
      free_.push_back(session);
      return;
    }
    Waiter* waiter = queue_.front();
    queue_.pop_front();
    waiter->session = session;
    waiter->granted.notify_one();  // under the lock: the waiter's stack must outlive the call
  }

  std::mutex mutex_;
  std::vector<Session> sessions_;
  std::vector<Session*> free_;
  std::deque<Waiter*> queue_;
};

}  // namespace millpond::bench
