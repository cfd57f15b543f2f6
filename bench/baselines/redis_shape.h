// The shape of redis-plus-plus's ConnectionPool, made again for this comparison: a mutex and a
// condition variable around a deque of connections that are moved in and out with their options,
// lent behind a shared_ptr to the pool, oldest first, with a clock read for the lifetime and one
// for the last use.
//
// Safe from any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "millpond/bench/session.h"

namespace millpond::bench {

class RedisShape {
 public:
  explicit RedisShape(int size) : pool_(std::make_shared<Pool>(size)) {}

  template <class Work>
  [[gnu::always_inline]] bool borrow(const Work& work) {
    const Guarded guarded(pool_);
    work(*guarded.connection().session);
    return true;
  }

 private:
  using Clock = std::chrono::steady_clock;

  struct Options {
    std::string host = "127.0.0.1";
    std::string path{};
    std::string user = "default";
    std::string password{};
    int port = 6379;
  };

  struct Connection {
    std::unique_ptr<Session> session = std::make_unique<Session>();
    Clock::time_point created = Clock::now();
    Clock::time_point last_active = Clock::now();
    Options options{};
  };

  class Pool {
   public:
    explicit Pool(int size) {
      for (int i = 0; i < size; ++i) {
        connections_.emplace_back();
      }
    }

    Connection fetch() {
      std::unique_lock lock(mutex_);
      returned_.wait(lock, [this] { return !connections_.empty(); });
      Connection connection = std::move(connections_.front());
      connections_.pop_front();
      lock.unlock();
      constexpr std::chrono::hours kLifetime{1};
      if (Clock::now() - connection.created > kLifetime) {
        connection = Connection{};
      }
      return connection;
    }

    void release(Connection connection) {
      {
        const std::lock_guard lock(mutex_);
        connections_.push_back(std::move(connection));
      }
      returned_.notify_one();
    }

   private:
    std::mutex mutex_;
    std::condition_variable returned_;
    std::deque<Connection> connections_;
  };

  class Guarded {
   public:
    explicit Guarded(std::shared_ptr<Pool> pool)
        : pool_(std::move(pool)), connection_(pool_->fetch()) {
      connection_.last_active = Clock::now();
    }
    Guarded(const Guarded&) = delete;
    Guarded& operator=(const Guarded&) = delete;
    ~Guarded() { pool_->release(std::move(connection_)); }

    const Connection& connection() const { return connection_; }

   private:
    std::shared_ptr<Pool> pool_;
    Connection connection_;
  };

  std::shared_ptr<Pool> pool_;
};

}  // namespace millpond::bench
