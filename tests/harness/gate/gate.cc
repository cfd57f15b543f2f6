#include "millpond/tests/harness/gate/gate.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <stdexcept>
#include <utility>

#include "millpond/tests/harness/gate/loopback.h"

namespace millpond::harness {
namespace {

using Clock = std::chrono::steady_clock;
using Fate = GatePipe::Fate;
using Kind = Toxic::Kind;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

constexpr auto kPatience = 10s;  // for the gate's own thread
// This process has no descriptor left: whoever waits may wait a moment more.
constexpr auto kAcceptAgain = 10ms;

constexpr short kTrouble = POLLERR | POLLHUP;

// poll(2) leaves a negative descriptor alone; with no events it would still report trouble.
pollfd watching(int descriptor, short events) {
  return {.fd = events == 0 ? -1 : descriptor, .events = events, .revents = 0};
}

bool has(const pollfd& watched, short events) {
  return (watched.revents & events) != 0;
}

int unblocked(int socket) {
  ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK);
  return socket;
}

bool connected(int server) {
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(server, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

void reset_socket(int socket) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(socket);
}

Fate pass_on(GatePipe& pipe, const pollfd& from, const pollfd& to, GatePipe::TimePoint now) {
  if (has(from, POLLIN | kTrouble) && pipe.wants_input()) {
    if (const Fate fate = pipe.read(from.fd, now); fate != Fate::kGoesOn) {
      return fate;
    }
  }
  // At once what was just read: most often there is room.
  const bool fresh = has(from, POLLIN | kTrouble) || has(to, POLLOUT | kTrouble);
  return fresh && pipe.due() <= now ? pipe.write(to.fd, now) : Fate::kGoesOn;
}

void wait_for(std::vector<pollfd>& watched, GatePipe::TimePoint wake, GatePipe::TimePoint now) {
  const auto left = std::max(wake - now, Clock::duration{});
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
  const timespec timeout{seconds.count(), (left - seconds).count()};
  ::ppoll(watched.data(), watched.size(), wake == GatePipe::kNever ? nullptr : &timeout, nullptr);
}

}  // namespace

Gate::Gate(int server_port, const Options& options)
    : Gate(Connect{[server_port] { return begin_connect(server_port); }}, options) {}

Gate::Gate(const std::filesystem::path& server_socket, const Options& options)
    : Gate(Connect{[server_socket] { return begin_connect(server_socket); }}, options) {}

Gate::Gate(Connect connect, const Options& options)
    : options_(options),
      listener_(unblocked(listen_at(options.address))),
      port_(port_of(listener_)),
      bell_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      connect_(std::move(connect)),
      thread_([this] { run(); }) {}

Gate::~Gate() {
  {
    const std::lock_guard lock{mutex_};
    stopped_ = true;
  }
  ring();
  thread_.join();
  for (Link& link : links_) {
    hang_up(link, Fate::kCloses);
  }
  ::close(bell_);
  ::close(listener_);
}

Gate::Counts Gate::counts() const {
  const std::lock_guard lock{mutex_};
  return counts_;
}

void Gate::forget_most_handshakes() {
  const std::lock_guard lock{mutex_};
  counts_.most_handshakes = counts_.handshakes;
}

void Gate::lead_to(int server_port) {
  const std::lock_guard lock{mutex_};
  connect_ = [server_port] { return begin_connect(server_port); };
}

void Gate::set(const Toxic& toxic) {
  change({.up = true, .down = true, .toxic = toxic});
}

void Gate::set(Way way, const Toxic& toxic) {
  if (toxic.kind == Kind::kReset || toxic.kind == Kind::kStopAccepting) {
    throw std::invalid_argument("a reset and stop_accepting() are for both ways of a gate");
  }
  change({.up = way == Way::kToServer, .down = way == Way::kToCaller, .toxic = toxic});
}

void Gate::change(const Change& change) {
  std::unique_lock lock{mutex_};
  changes_.push_back(change);
  ring();
  if (!applied_.wait_for(lock, kPatience, [this] { return changes_.empty(); })) {
    throw std::runtime_error("a gate's thread did not answer in time");
  }
}

void Gate::ring() const {
  static_cast<void>(::eventfd_write(bell_, 1));
}

void Gate::run() {
  std::vector<pollfd> watched;
  for (;;) {
    TimePoint now = Clock::now();
    const TimePoint wake = watch(watched, now);
    wait_for(watched, wake, now);
    now = Clock::now();
    const std::lock_guard lock{mutex_};
    if (stopped_) {
      return;
    }
    if (changes_.empty()) {
      serve(watched, now);
    } else {
      apply(now);
    }
  }
}

void Gate::apply(TimePoint now) {
  eventfd_t rings = 0;
  static_cast<void>(::eventfd_read(bell_, &rings));
  for (const Change& change : changes_) {
    if (change.toxic.kind == Kind::kStopAccepting) {
      accepting_ = false;
      continue;
    }
    accepting_ = accepting_ || (change.up && change.down);
    up_ = change.up ? change.toxic : up_;
    down_ = change.down ? change.toxic : down_;
    for (Link& link : links_) {
      if (change.up) {
        link.up.set(up_, now);
      }
      if (change.down) {
        link.down.set(down_, now);
      }
    }
  }
  if (up_.kind == Kind::kReset) {
    for (Link& link : links_) {
      hang_up(link, Fate::kResets);
    }
    links_.clear();
  }
  changes_.clear();
  applied_.notify_all();
}

GatePipe::TimePoint Gate::watch(std::vector<pollfd>& watched, TimePoint now) const {
  const bool accepting = accepting_ && accept_after_ <= now;
  watched.clear();
  watched.push_back(watching(bell_, POLLIN));
  watched.push_back(watching(listener_, accepting ? POLLIN : 0));
  TimePoint wake = accepting_ && !accepting ? accept_after_ : GatePipe::kNever;
  for (const Link& link : links_) {
    short at_caller = 0;
    short at_server = POLLOUT;
    if (!link.connecting) {
      const bool to_server = link.up.due() <= now;
      const bool to_caller = link.down.due() <= now;
      at_caller =
          static_cast<short>((link.up.wants_input() ? POLLIN : 0) | (to_caller ? POLLOUT : 0));
      at_server =
          static_cast<short>((link.down.wants_input() ? POLLIN : 0) | (to_server ? POLLOUT : 0));
      wake = std::min(wake, to_server ? wake : link.up.due());
      wake = std::min(wake, to_caller ? wake : link.down.due());
    }
    watched.push_back(watching(link.caller, at_caller));
    watched.push_back(watching(link.server, at_server));
  }
  return wake;
}

void Gate::serve(const std::vector<pollfd>& watched, TimePoint now) {
  auto at = watched.begin() + 2;
  for (auto link = links_.begin(); link != links_.end(); at += 2) {
    const Fate fate = serve(*link, *at, *(at + 1), now);
    if (fate == Fate::kGoesOn) {
      ++link;
    } else {
      hang_up(*link, fate);
      link = links_.erase(link);
    }
  }
  if (has(watched[1], POLLIN)) {
    accept_all(now);
  }
}

GatePipe::Fate Gate::serve(Link& link, const pollfd& caller, const pollfd& server, TimePoint now) {
  if (link.connecting) {
    if (!has(server, POLLOUT | kTrouble)) {
      return Fate::kGoesOn;
    }
    link.connecting = false;
    return connected(link.server) ? Fate::kGoesOn : Fate::kResets;
  }
  const pollfd at_caller{.fd = link.caller, .events = 0, .revents = caller.revents};
  const pollfd at_server{.fd = link.server, .events = 0, .revents = server.revents};
  const std::int64_t up = link.up.passed();
  const std::int64_t down = link.down.passed();
  Fate fate = pass_on(link.up, at_caller, at_server, now);
  const bool broken = fate == Fate::kResets && has(caller, kTrouble);
  if (fate == Fate::kGoesOn) {
    fate = pass_on(link.down, at_server, at_caller, now);
  }
  counts_.bytes_up += link.up.passed() - up;
  counts_.bytes_down += link.down.passed() - down;
  if (!link.hung_up && (link.up.ended() || broken)) {
    link.hung_up = true;
    ++counts_.hang_ups;
  }
  if (link.shaking && link.down.marker_seen()) {
    link.shaking = false;
    --counts_.handshakes;
  }
  const bool over = link.up.end_passed_on() && link.down.end_passed_on();
  return fate == Fate::kGoesOn && over ? Fate::kCloses : fate;
}

void Gate::accept_all(TimePoint now) {
  for (;;) {
    const int caller = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (caller < 0) {
      if (errno == EMFILE || errno == ENFILE) {
        accept_after_ = now + kAcceptAgain;
      }
      return;
    }
    ++counts_.accepted;
    if (up_.kind == Kind::kReset) {
      reset_socket(caller);
    } else {
      admit(caller);
    }
  }
}

void Gate::admit(int caller) {
  const int at_once = 1;
  ::setsockopt(caller, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
  int server = -1;
  try {
    server = connect_();
  } catch (const std::exception&) {  // no descriptor left: the caller sees a server that is gone
    return reset_socket(caller);
  }
  const std::uint64_t seed = options_.seed + 2 * static_cast<std::uint64_t>(counts_.accepted);
  links_.push_back({.caller = caller,
                    .server = server,
                    .up = GatePipe{up_, {}, seed},
                    .down = GatePipe{down_, options_.handshake_ends, seed + 1}});
  ++counts_.open;
  ++counts_.handshakes;
  counts_.most_handshakes = std::max(counts_.most_handshakes, counts_.handshakes);
}

void Gate::hang_up(Link& link, Fate fate) {
  for (const int socket : {link.caller, link.server}) {
    if (fate == Fate::kResets) {
      reset_socket(socket);
    } else {
      ::close(socket);
    }
  }
  --counts_.open;
  counts_.handshakes -= link.shaking ? 1 : 0;
}

}  // namespace millpond::harness
