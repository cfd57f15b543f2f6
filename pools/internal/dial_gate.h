// Which endpoint of its server a pool may dial, as its core asks: the seam between one pool's
// decisions and what the pools of a server know together.
//
// Called with the pool's mutex held; takes no other but its own. Every dial that begins ends in one
// of done, failed and no_verdict.
#pragma once

#include <cstdint>
#include <span>

#include "millpond/policy/pool_policy.h"
#include "millpond/pools/time_point.h"

namespace millpond::internal {

// Of a server, in the order of the policy file.
using EndpointId = std::uint32_t;
inline constexpr EndpointId kNoEndpoint = 0xffffffff;

// Why a dial failed, as far as it matters to when and where the next one may begin.
enum class DialFailure : std::uint8_t {
  kUnreached,      // nothing answered, or a refusal: the server itself was not reached
  kUnanswered,     // it was, but there is no session
  kRejected,       // the credentials: no other dial with them
  kMisconfigured,  // the settings: waiting does not cure it, but the server may be put right
  kFull,           // the server is at its limit of sessions
  kHostExhausted,  // this host ran out of descriptors or ports
  kReadOnly,       // a session, but one that takes no writes, which this pool does
  kCancelled,      // by the pool's end
};

class DialGate {
 public:
  virtual ~DialGate() = default;

  // What the asking pool has and wants.
  struct Stake {
    const policy::PoolPolicy& policy;
    std::span<const std::int64_t> sessions;  // open and being dialled, by endpoint
    std::span<const TimePoint> avoid_until;  // by endpoint: not dialled before
    std::int64_t dials = 0;                  // under way
  };

  // A dial begins at the endpoint, which is one that works where there is one, else one whose time
  // for another try has come; kNoEndpoint where none may be dialled now.
  virtual EndpointId begin(const Stake& stake, TimePoint now) = 0;

  // The same for a session that is to take the place of one at `from`: only where that is
  // preferred to where it is.
  virtual EndpointId begin_elsewhere(const Stake& stake, EndpointId from, TimePoint now) = 0;

  virtual void done(EndpointId endpoint, TimePoint now) = 0;

  // `random` is uniform over 64 bits, for the back-off.
  struct Failed {
    const policy::PoolPolicy& policy;
    DialFailure failure = DialFailure::kUnreached;
    std::uint64_t random = 0;
  };
  virtual void failed(EndpointId endpoint, const Failed& failed, TimePoint now) = 0;
  virtual void no_verdict(EndpointId endpoint) = 0;

  // A session has answered a probe.
  virtual void answered(EndpointId endpoint) = 0;
  // A session was found broken, though nobody here closed it.
  virtual void broken_session(EndpointId endpoint, const Failed& failed, TimePoint now) = 0;

  // No endpoint is expected to answer the next dial.
  virtual bool down(const Stake& stake, TimePoint now) const = 0;
};

}  // namespace millpond::internal
