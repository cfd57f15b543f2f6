// A session of a bare client library that does what a driver's probe and reset do, and nothing
// else: no deadline, no following, no error text.
//
// Used by one thread at a time. Everything throws std::runtime_error.
//
//   const std::unique_ptr<RawSession> raw = raw_redis(endpoint, settings);
//   raw->probe();
#pragma once

#include <memory>

#include "millpond/drivers/endpoint.h"

namespace millpond::bench {

class RawSession {
 public:
  RawSession() = default;
  RawSession(const RawSession&) = delete;
  RawSession& operator=(const RawSession&) = delete;
  virtual ~RawSession() = default;

  // The library's own ping, or the cheapest thing that makes a round trip.
  virtual void probe() = 0;
  // What Connection::reset() sends for a session that anything may have happened to.
  virtual void reset() = 0;
};

// To the server at an address, not a name, without TLS; the session is as the driver's would be.
std::unique_ptr<RawSession> raw_postgres(const drivers::Endpoint& endpoint,
                                         const drivers::SessionSettings& settings);
std::unique_ptr<RawSession> raw_mysql(const drivers::Endpoint& endpoint,
                                      const drivers::SessionSettings& settings);
std::unique_ptr<RawSession> raw_redis(const drivers::Endpoint& endpoint,
                                      const drivers::SessionSettings& settings);
std::unique_ptr<RawSession> raw_http(const drivers::Endpoint& endpoint,
                                     const drivers::SessionSettings& settings);

}  // namespace millpond::bench
