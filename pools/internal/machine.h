// What the core needs of the machine it runs on, passed in so that the core itself stays pure.
//
// Called with the pool's mutex held.
#pragma once

namespace millpond::internal {

class Machine {
 public:
  virtual ~Machine() = default;

  // The heavy side of slot_word.h: when it returns, every thread's light fence has happened before
  // or will see what was written before the call. Nothing to do where Fencing is symmetric.
  virtual void heavy_fence() noexcept = 0;

  // The core is about to claim a slot that it only believes to be idle. A seam: between belief and
  // claim any thread may take it, and the simulator lets one.
  virtual void before_claim() noexcept {}
};

}  // namespace millpond::internal
