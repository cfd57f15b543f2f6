// The real PeerWatch: one epoll instance for all sockets of a registry, and one thread that sleeps
// in it. It asks for hang-ups alone (EPOLLRDHUP, EPOLLHUP, EPOLLERR, edge-triggered), so that a
// socket may carry any number of replies and wake nobody.
//
// Safe to call from any thread. watch() and unwatch() cost one system call each. The thread and two
// descriptors come with the first socket, and go with stop().
//
//   DeathWatch deaths;
//   deaths.watch(socket, 7, [] { … });
//   deaths.unwatch(7);
//   close(socket);
#pragma once

#include <sys/epoll.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <span>
#include <thread>
#include <unordered_map>

#include "millpond/pools/env.h"

namespace millpond::internal {

class DeathWatch final : public PeerWatch {
 public:
  DeathWatch() = default;
  DeathWatch(const DeathWatch&) = delete;
  DeathWatch& operator=(const DeathWatch&) = delete;
  ~DeathWatch() override;

  bool watch(int socket, std::uint64_t number, Task hung_up) override;
  void unwatch(std::uint64_t number) override;
  std::int64_t wake_ups() const override { return wake_ups_.load(std::memory_order_relaxed); }
  void stop() override;
  void abandon_in_child() noexcept override;

 private:
  struct Watched {
    int socket = -1;
    Task hung_up;  // empty once it has run
  };

  bool start();
  void sleep_and_tell();
  bool tell(std::span<const epoll_event> events);
  void close_own() noexcept;
  Task take_task(std::uint64_t number);

  std::mutex mu_;
  std::unordered_map<std::uint64_t, Watched> watched_;
  // Which watch a descriptor belongs to: a library may close one by itself, and the kernel gives
  // its number to the next socket, whose watch the late unwatch() of the first must not end.
  std::unordered_map<int, std::uint64_t> watch_of_;
  std::thread thread_;
  bool stopping_ = false;

  std::atomic<int> epoll_{-1};
  std::atomic<int> wake_{-1};  // an eventfd, for stop()
  std::atomic<bool> abandoned_{false};
  std::atomic<std::int64_t> wake_ups_{0};
};

}  // namespace millpond::internal
