// What the names of a server's endpoints mean now, and which addresses they have stopped to mean.
//
// Safe to call from any thread. look_up() blocks for as long as name servers take, without the
// mutex.
//
//   Names names{hosts, look_up};
//   names.look_up();                          // each half minute
//   if (names.vanished(endpoint, peer)) …     // a session there is to move
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "millpond/pools/definition.h"
#include "millpond/pools/internal/dial_gate.h"
#include "millpond/pools/internal/mutex.h"

namespace millpond::internal {

class Names {
 public:
  // Hosts by endpoint. Without a way to look them up nothing ever vanishes.
  Names(std::vector<std::string> hosts, NameLookup look_up);

  bool can_change() const { return static_cast<bool>(look_up_); }

  // Asks once for each host. An answer that fails is none: it proves nothing.
  void look_up();

  // How many times look_up() has come to its end.
  std::uint64_t version() const;

  // Not among the last answers, of which there are enough: a name may alternate between subsets of
  // its addresses.
  bool vanished(EndpointId endpoint, const std::string& address) const;

 private:
  using Answer = std::vector<std::string>;

  const std::vector<std::string> hosts_;
  const NameLookup look_up_;
  mutable Mutex mu_;
  std::vector<std::deque<Answer>> answers_ MILLPOND_GUARDED_BY(mu_);  // the latest last
  std::uint64_t version_ MILLPOND_GUARDED_BY(mu_) = 0;
};

}  // namespace millpond::internal
