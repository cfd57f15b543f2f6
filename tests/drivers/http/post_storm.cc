#include "millpond/tests/drivers/http/post_storm.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/http/driver.h"
#include "millpond/drivers/http/http.h"
#include "millpond/drivers/http/message.h"
#include "millpond/drivers/http/session.h"
#include "millpond/tests/drivers/peer/tcp_peer.h"

namespace millpond::harness {
namespace {

// When the peer closes the connection that it has already answered a request on.
enum class Moment {
  kSeenBefore,  // before the POST is sent, and the driver can know
  kBefore,      // just then
  kFirstByte,   // the POST has begun to arrive
  kHead,        // its headers have
  kHalfBody,
  kBody,
  kStatusLine,  // the first line of the answer is sent
  kHalfAnswer,  // a part of the answer's body is
  kAnswer,      // all of it is
};
constexpr std::array kMoments{Moment::kSeenBefore, Moment::kBefore,     Moment::kFirstByte,
                              Moment::kHead,       Moment::kHalfBody,   Moment::kBody,
                              Moment::kStatusLine, Moment::kHalfAnswer, Moment::kAnswer};

// One that leaves with the headers' segment or the next, and one that takes many.
constexpr std::array<std::size_t, 2> kSizes{16, 200'000};

constexpr char kAnswer[] = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone";

class Closer {
 public:
  Closer() : peer_([this](int socket) { serve(socket); }) {}

  void expect(Moment moment, std::size_t size) {
    moment_ = moment;
    size_ = size;
    arrivals_ = 0;
  }
  int arrivals() const { return arrivals_; }
  std::uint16_t port() const { return peer_.port(); }

 private:
  static void say(int socket, std::size_t size) { ::send(socket, kAnswer, size, MSG_NOSIGNAL); }

  // Appends what comes, at most `most` bytes; false at the end.
  static bool hear(int socket, std::string& text, std::size_t most) {
    std::array<char, std::size_t{16} * 1024> buffer{};
    const auto size = ::recv(socket, buffer.data(), std::min(most, buffer.size()), 0);
    text.append(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    return size > 0;
  }

  bool has_come(Moment moment) const { return moment_ == moment; }

  void serve(int socket) {
    for (bool reused = false;; reused = true) {
      std::string text;
      if (!hear(socket, text, 1)) {
        return;
      }
      const bool is_post = text == "P";
      arrivals_ += is_post ? 1 : 0;
      if (reused && has_come(Moment::kFirstByte)) {
        return;
      }
      const bool goes_on = is_post ? serve_post(socket, text, reused) : serve_head(socket, text);
      if (!goes_on) {
        return;
      }
    }
  }

  bool serve_head(int socket, std::string& text) const {
    while (text.find("\r\n\r\n") == std::string::npos) {
      if (!hear(socket, text, SIZE_MAX)) {
        return false;
      }
    }
    constexpr std::string_view kEmpty{"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"};
    ::send(socket, kEmpty.data(), kEmpty.size(), MSG_NOSIGNAL);
    return !has_come(Moment::kSeenBefore) && !has_come(Moment::kBefore);
  }

  bool serve_post(int socket, std::string& text, bool reused) const {
    std::size_t head = std::string::npos;
    while ((head = text.find("\r\n\r\n")) == std::string::npos) {
      if (!hear(socket, text, SIZE_MAX)) {
        return false;
      }
    }
    if (reused && has_come(Moment::kHead)) {
      return false;
    }
    const std::size_t size = size_;
    const std::size_t half = reused && has_come(Moment::kHalfBody) ? size / 2 : size;
    while (text.size() < head + 4 + half) {
      if (!hear(socket, text, head + 4 + half - text.size())) {
        return false;
      }
    }
    return !(reused && (has_come(Moment::kHalfBody) || has_come(Moment::kBody))) &&
           answer(socket, reused);
  }

  bool answer(int socket, bool reused) const {
    const std::string_view whole{kAnswer};
    if (reused && has_come(Moment::kStatusLine)) {
      say(socket, whole.find('\n') + 1);
      return false;
    }
    if (reused && has_come(Moment::kHalfAnswer)) {
      say(socket, whole.size() - 2);
      return false;
    }
    say(socket, whole.size());
    return !(reused && has_come(Moment::kAnswer));
  }

  std::atomic<Moment> moment_{Moment::kAnswer};
  std::atomic<std::size_t> size_{0};
  std::atomic<int> arrivals_{0};
  TcpPeer peer_;  // goes first: its thread uses the rest
};

std::unique_ptr<drivers::Connection> connect_to(const Closer& peer) {
  const auto driver = drivers::make_http_driver();
  auto connection = driver->connect({.host = "127.0.0.1", .port = peer.port()},
                                    {.read_timeout = std::chrono::seconds{10}},
                                    drivers::Budget{std::chrono::seconds{10}});
  if (!connection) {
    throw std::runtime_error(connection.error().message);
  }
  return std::move(*connection);
}

void await_close(const drivers::Connection& connection) {
  pollfd watched{.fd = connection.watch_fd(), .events = POLLRDHUP, .revents = 0};
  if (::poll(&watched, 1, 10'000) != 1) {
    throw std::runtime_error("the peer did not close the connection");
  }
}

HttpRequest request_of(std::size_t number, std::size_t size) {
  HttpRequest request{.method = "POST", .path = "/charges/" + std::to_string(number)};
  if (number / (kMoments.size() * kSizes.size()) % 2 == 0) {
    request.body = std::string(size, 'x');
    return request;
  }
  request.source = {.next =
                        [](std::span<char> into) {
                          std::fill(into.begin(), into.end(), 'x');
                          return into.size();
                        },
                    .size = size};
  return request;
}

}  // namespace

PostStorm post_storm(int posts) {
  ::signal(SIGPIPE, SIG_IGN);  // as the registry does
  PostStorm storm;
  Closer peer;
  for (int i = 0; i < posts; ++i) {
    const auto number = static_cast<std::size_t>(i);
    const Moment moment = kMoments[number % kMoments.size()];
    const std::size_t size = kSizes[number / kMoments.size() % kSizes.size()];
    peer.expect(moment, size);
    const auto connection = connect_to(peer);
    if (moment == Moment::kSeenBefore) {
      await_close(*connection);
    }
    const auto response = Http::handle(*connection).request(request_of(number, size));
    ++storm.posts;
    storm.answered += response ? 1 : 0;
    storm.unusable += !response && !connection->reusable() ? 1 : 0;
    storm.arrived += peer.arrivals() > 0 ? 1 : 0;
    storm.worst = std::max(storm.worst, peer.arrivals());
  }
  return storm;
}

}  // namespace millpond::harness
