#include "millpond/pools/internal/death_watch.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <system_error>
#include <utility>

namespace millpond::internal {
namespace {

// The number of no watch: what wakes the thread for stop().
constexpr std::uint64_t kStop = 0;

epoll_event event_of(std::uint32_t events, std::uint64_t number) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = number;
  return event;
}

}  // namespace

DeathWatch::~DeathWatch() {
  stop();
}

// Where descriptors or threads are short, nothing is watched for now, and the next session tries
// again.
bool DeathWatch::start() {
  if (thread_.joinable()) {
    return true;
  }
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  wake_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  epoll_event stop = event_of(EPOLLIN, kStop);
  const bool ready = epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &stop) == 0;
  try {
    thread_ = ready ? std::thread([this] { sleep_and_tell(); }) : std::thread{};
  } catch (const std::system_error&) {
    thread_ = {};  // the kernel has none for it
  }
  if (!thread_.joinable()) {
    close_own();
  }
  return thread_.joinable();
}

void DeathWatch::close_own() noexcept {
  for (std::atomic<int>* own : {&epoll_, &wake_}) {
    if (const int descriptor = own->exchange(-1); descriptor >= 0) {
      close(descriptor);
    }
  }
}

bool DeathWatch::watch(int socket, std::uint64_t number, Task hung_up) {
  if (abandoned_) {
    return false;
  }
  const std::lock_guard lock(mu_);
  if (stopping_ || !start()) {
    return false;
  }
  watched_[number] = {.socket = socket, .hung_up = std::move(hung_up)};
  watch_of_[socket] = number;
  epoll_event event = event_of(EPOLLRDHUP | EPOLLHUP | EPOLLERR | EPOLLET, number);
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event) == 0) {
    return true;
  }
  watched_.erase(number);
  watch_of_.erase(socket);
  return false;
}

void DeathWatch::unwatch(std::uint64_t number) {
  if (abandoned_) {
    return;
  }
  Task unneeded;  // what it holds may be the last of its kind: let it go without the lock
  const std::lock_guard lock(mu_);
  const auto at = watched_.find(number);
  if (at == watched_.end()) {
    return;
  }
  const int socket = at->second.socket;
  unneeded = std::move(at->second.hung_up);
  watched_.erase(at);
  const auto owner = watch_of_.find(socket);
  if (owner != watch_of_.end() && owner->second == number) {
    watch_of_.erase(owner);
    epoll_ctl(epoll_, EPOLL_CTL_DEL, socket, nullptr);  // fails where the library has closed it
  }
}

Task DeathWatch::take_task(std::uint64_t number) {
  const std::lock_guard lock(mu_);
  const auto at = watched_.find(number);
  return at == watched_.end() ? Task{} : std::exchange(at->second.hung_up, {});
}

void DeathWatch::sleep_and_tell() {
  std::array<epoll_event, 64> events{};
  int count = 0;
  do {
    count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), /*timeout=*/-1);
  } while (count >= 0 ? tell({events.data(), static_cast<std::size_t>(count)}) : errno == EINTR);
}

// False when it is to stop.
bool DeathWatch::tell(std::span<const epoll_event> events) {
  for (const epoll_event& event : events) {
    const std::uint64_t number = event.data.u64;
    if (number == kStop) {
      return false;
    }
    wake_ups_.fetch_add(1, std::memory_order_relaxed);
    if (const Task hung_up = take_task(number)) {
      hung_up();
    }
  }
  return true;
}

void DeathWatch::stop() {
  if (abandoned_) {
    return;
  }
  std::thread leaving;
  std::unordered_map<std::uint64_t, Watched> unneeded;
  {
    const std::lock_guard lock(mu_);
    stopping_ = true;
    leaving = std::move(thread_);
    unneeded.swap(watched_);
    watch_of_.clear();
  }
  if (!leaving.joinable()) {
    return;
  }
  const std::uint64_t one = 1;
  while (write(wake_, &one, sizeof one) < 0 && errno == EINTR) {
  }
  leaving.join();
  close_own();
}

// Never EPOLL_CTL_DEL: the instance is the parent's as well, and would forget the parent's sockets.
void DeathWatch::abandon_in_child() noexcept {
  if (!abandoned_.exchange(true)) {
    close_own();
  }
}

}  // namespace millpond::internal
