// A way to a real server that a test can spoil: a TCP proxy on the loopback interface that passes
// everything on until it is told otherwise.
//
// Made and destroyed by one thread; the rest from any. What is set holds when set() returns, for
// open and for new connections. One thread of its own, which never blocks but in poll(2).
//
//   Gate gate{postgres.port()};
//   … a policy with endpoint = "127.0.0.1:<gate.port()>/orders" …
//   gate.set(Gate::half_open());   // the server seems to hang
//   gate.set(Gate::pass());        // what was kept goes on
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "millpond/tests/harness/gate/gate_pipe.h"
#include "millpond/tests/harness/gate/toxic.h"

struct pollfd;

namespace millpond::harness {

class Gate {
 public:
  enum class Way : std::uint8_t { kToServer, kToCaller };

  struct Options {
    const char* address = "127.0.0.1";  // where it listens; "::1" will do, too
    // What the server says last in a handshake, such as PostgreSQL's "Z\0\0\0\5"; empty: its first
    // byte. Until the caller has it, the connection counts among the handshakes.
    std::string handshake_ends = {};
    std::uint64_t seed = 1;
  };

  struct Counts {
    std::int64_t accepted = 0;
    std::int64_t open = 0;
    std::int64_t bytes_up = 0;    // passed on to the server
    std::int64_t bytes_down = 0;  // passed on to the callers
    std::int64_t hang_ups = 0;    // connections that their caller has ended
    std::int64_t handshakes = 0;  // now
    std::int64_t most_handshakes = 0;
  };

  explicit Gate(int server_port) : Gate(server_port, Options{}) {}
  Gate(int server_port, const Options& options);
  explicit Gate(const std::filesystem::path& server_socket) : Gate(server_socket, Options{}) {}
  Gate(const std::filesystem::path& server_socket, const Options& options);
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;
  ~Gate();  // hangs up on whoever is connected

  std::uint16_t port() const { return port_; }
  Counts counts() const;
  // From here on the most handshakes at once are counted anew.
  void forget_most_handshakes();

  // New connections go to another server, as with a name that has moved; open ones stay.
  void lead_to(int server_port);

  // Each takes the place of the one before. A reset and stop_accepting() are for both ways.
  void set(const Toxic& toxic);
  void set(Way way, const Toxic& toxic);

  // Everything goes on, and whoever waits is accepted.
  static Toxic pass() { return {}; }
  // Nobody new is accepted: the kernel completes the connection, and nobody answers. Open ones go
  // on as they were.
  static Toxic stop_accepting() { return {.kind = Toxic::Kind::kStopAccepting}; }
  // Every byte later, by `least` and up to `jitter` more; in order.
  static Toxic delay(std::chrono::microseconds least, std::chrono::microseconds jitter = {}) {
    return {.kind = Toxic::Kind::kDelay, .delay = least, .jitter = jitter};
  }
  static Toxic throttle(std::int64_t bytes_per_second) {
    return {.kind = Toxic::Kind::kThrottle, .bytes = bytes_per_second};
  }
  // Bytes are taken and thrown away; the end of a connection passes.
  static Toxic drop() { return {.kind = Toxic::Kind::kDrop}; }
  // A connection on which something is sent is closed instead of passing it on.
  static Toxic close_on_data() { return {.kind = Toxic::Kind::kCloseOnData}; }
  // A connection is closed when so many more bytes have passed, at least one.
  static Toxic limit_bytes(std::int64_t bytes) {
    return {.kind = Toxic::Kind::kLimitBytes, .bytes = bytes};
  }
  // One bit of a byte is flipped, about every so many bytes; the same ones for the same seed.
  static Toxic corrupt(std::int64_t every) {
    return {.kind = Toxic::Kind::kCorrupt, .bytes = every};
  }
  // Nothing goes on any more, not even the end of a connection, and nothing is closed. New
  // connections are accepted.
  static Toxic half_open() { return {.kind = Toxic::Kind::kHalfOpen}; }
  // Open connections are reset on both sides, now; new ones as soon as they are accepted.
  static Toxic reset() { return {.kind = Toxic::Kind::kReset}; }

 private:
  // One connection: the caller's socket and the server's.
  struct Link {
    int caller;
    int server;
    GatePipe up;
    GatePipe down;
    bool connecting = true;
    bool shaking = true;
    bool hung_up = false;
  };
  struct Change {
    bool up;
    bool down;
    Toxic toxic;
  };
  using TimePoint = GatePipe::TimePoint;
  using Connect = std::function<int()>;

  Gate(Connect connect, const Options& options);

  void change(const Change& change);
  void run();
  void apply(TimePoint now);
  TimePoint watch(std::vector<pollfd>& watched, TimePoint now) const;
  void serve(const std::vector<pollfd>& watched, TimePoint now);
  GatePipe::Fate serve(Link& link, const pollfd& caller, const pollfd& server, TimePoint now);
  void accept_all(TimePoint now);
  void admit(int caller);
  void hang_up(Link& link, GatePipe::Fate fate);
  void ring() const;

  const Options options_;
  const int listener_;
  const std::uint16_t port_;
  const int bell_;  // an eventfd: there is something to apply

  // The thread's own, but for its start and its end.
  std::list<Link> links_;
  Toxic up_;
  Toxic down_;
  bool accepting_ = true;
  TimePoint accept_after_{};

  mutable std::mutex mutex_;
  std::condition_variable applied_;
  Connect connect_;  // guarded by mutex_, as all below
  std::vector<Change> changes_;
  Counts counts_;
  bool stopped_ = false;

  std::thread thread_;
};

}  // namespace millpond::harness
