// How a pool hears that a server has hung up on a session that nobody reads from.
#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "millpond/pools/pool.h"

namespace millpond {

using internal::Actions;
using internal::MutexLock;
using internal::PoolCore;
using internal::SlotId;

namespace {

// Of all watches in the process, never used again: news that comes late is known by its number.
std::uint64_t next_watch() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

}  // namespace

// One slot's: follows its connection from socket to socket. Used by who has the slot, which is its
// borrower's thread where libcurl swaps sockets in the middle of a request.
class Pool::SocketWatch final : public drivers::SocketObserver {
 public:
  SocketWatch(Pool& pool, SlotId slot) : pool_(pool), slot_(slot) {}

  // The core hears the number first, because the news may come before watch() returns.
  void opened(int socket) noexcept override {
    if (pool_.abandoned_.load(std::memory_order_relaxed)) {
      return;
    }
    number_ = next_watch();
    tell_core();
    const auto hung_up = [pool = pool_.weak_from_this(), slot = slot_, number = number_] {
      if (const auto self = pool.lock()) {
        self->hear_hang_up(slot, number);
      }
    };
    if (!pool_.env_->peer_watch().watch(socket, number_, hung_up)) {
      number_ = 0;
      tell_core();
    }
  }

  void closing(int /*socket*/) noexcept override { end(); }

  void end() noexcept {
    if (number_ != 0 && !pool_.abandoned_.load(std::memory_order_relaxed)) {
      pool_.env_->peer_watch().unwatch(std::exchange(number_, 0));
      tell_core();
    }
  }

 private:
  void tell_core() noexcept {
    const MutexLock lock(pool_.mu_);
    pool_.core_.on_watched(slot_, number_);
  }

  Pool& pool_;
  const SlotId slot_;
  std::uint64_t number_ = 0;  // 0: nothing is watched
};

void Pool::hear_hang_up(SlotId slot, std::uint64_t watch) {
  happen([&](PoolCore& core, Actions& actions) { core.on_hung_up(slot, watch, now(), actions); });
}

void Pool::watch_socket(SlotId slot) {
  socket_watches_[slot] = std::make_unique<SocketWatch>(*this, slot);
  connections_[slot]->observe_sockets(socket_watches_[slot].get());
}

void Pool::unwatch_socket(SlotId slot) noexcept {
  if (socket_watches_[slot] != nullptr && connections_[slot] != nullptr) {
    static_cast<SocketWatch&>(*socket_watches_[slot]).end();
    connections_[slot]->observe_sockets(nullptr);
  }
}

}  // namespace millpond
