// What the pools need of the outside world: time, threads, chance, a barrier, and a watch over
// sockets. Passed in by constructor, so that the same pool runs on real threads in a service and on
// a stepped clock in a test.
//
// Every function is safe to call from any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

#include "millpond/pools/time_point.h"

namespace millpond {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;

  // Sleeps while `word` is `value`, at most until `deadline`. May return early; the caller looks
  // again. The wait belongs to the clock because a fake clock must be able to end it.
  virtual void park(const std::atomic<std::uint32_t>& word, std::uint32_t value,
                    TimePoint deadline) = 0;

  // Lets another thread have this processor, if one wants it.
  virtual void yield() noexcept = 0;

  // Wakes who is parked on `word`. Uses the address only: the word itself may be gone already,
  // because its owner saw the change and went on.
  virtual void unpark(const std::atomic<std::uint32_t>* word) = 0;
};

using Task = std::function<void()>;

class Executor {
 public:
  virtual ~Executor() = default;

  // Runs the task soon on some other thread. False when the executor was stopped: the task was not
  // and will not be run.
  virtual bool post(Task task) = 0;

  // The same, not before `when`. A task still waiting when the executor stops is dropped.
  virtual bool post_at(TimePoint when, Task task) = 0;

  // Runs what was posted, refuses more, and returns when no task is running.
  // Never call it from a task.
  virtual void stop() = 0;
};

class Random {
 public:
  virtual ~Random() = default;
  virtual std::uint64_t next() = 0;  // uniform over all 64-bit values
};

// A fence that one thread raises for all: what lets a return of a connection do without a locked
// instruction (internal/slot_word.h).
class Barrier {
 public:
  virtual ~Barrier() = default;

  // False where there is no such thing: then returns pay, and heavy() is never called.
  virtual bool available() const noexcept = 0;

  // When it returns, every other thread has passed a full fence since the call. Some microseconds.
  virtual void heavy() noexcept = 0;
};

// Notices that the other end of a socket has hung up, though nobody reads from it: a server that
// ends a session is heard while the session is idle or lent. What the server says otherwise wakes
// nobody, and a peer that has fallen silent is not noticed.
class PeerWatch {
 public:
  virtual ~PeerWatch() = default;

  // Runs the task, once, on some other thread and with no lock held, when the peer hangs up or the
  // connection breaks, or has done so already. `number` is the watch's own, never used before.
  // False where the socket cannot be watched: the task was not and will not be run.
  virtual bool watch(int socket, std::uint64_t number, Task hung_up) = 0;

  // Before the socket is closed. The task may be under way still, or be about to run.
  virtual void unwatch(std::uint64_t number) = 0;

  // How often something happened to a socket under watch.
  virtual std::int64_t wake_ups() const = 0;

  // Watches nothing any more; returns when no task is running. Never call it from a task.
  virtual void stop() = 0;

  // In the child of a fork: forgets all of it and leaves the parent's alone. Takes no lock.
  virtual void abandon_in_child() noexcept = 0;
};

class Env {
 public:
  virtual ~Env() = default;
  virtual Clock& clock() = 0;
  virtual Executor& executor() = 0;
  virtual Random& random() = 0;
  virtual Barrier& barrier() = 0;
  virtual PeerWatch& peer_watch() = 0;
};

}  // namespace millpond
