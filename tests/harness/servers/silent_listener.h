// A TCP port of 127.0.0.1 that accepts connections and never answers: the kernel completes the
// handshake, and nobody reads. What a hung server looks like from outside.
//
// Safe to use from any thread.
//
//   SilentListener hung;
//   driver.connect({.host = "127.0.0.1", .port = hung.port()}, …);   // must end by its budget
#pragma once

#include <cstdint>

namespace millpond::harness {

class SilentListener {
 public:
  SilentListener();
  SilentListener(const SilentListener&) = delete;
  SilentListener& operator=(const SilentListener&) = delete;
  ~SilentListener();

  std::uint16_t port() const { return port_; }

 private:
  int socket_;
  std::uint16_t port_;
};

}  // namespace millpond::harness
