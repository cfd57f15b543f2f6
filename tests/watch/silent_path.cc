#include "millpond/tests/watch/silent_path.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <vector>

namespace millpond::test {
namespace {

// How long it may take to hear of a change.
constexpr int kMilliseconds = 2;

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

int new_socket() {
  return ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

pollfd readable(int socket) {
  return {.fd = socket, .events = POLLIN, .revents = 0};
}

}  // namespace

SilentPath::SilentPath(int server_port) : server_port_(server_port), listener_(new_socket()) {
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* const plain = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, plain, size) != 0 || ::listen(listener_, SOMAXCONN) != 0 ||
      ::getsockname(listener_, plain, &size) != 0) {
    throw std::runtime_error("cannot listen on the loopback interface");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { carry(); });
}

SilentPath::~SilentPath() {
  stopped_ = true;
  speak_again();
  thread_.join();
  for (const Connection& connection : connections_) {
    hang_up(connection);
  }
  ::close(listener_);
}

void SilentPath::fall_silent() {
  silent_ = true;
  nothing_passes_.wait(false);
}

void SilentPath::speak_again() {
  silent_ = false;
  silent_.notify_all();
}

void SilentPath::carry() {
  while (!stopped_) {
    if (silent_) {
      nothing_passes_ = true;
      nothing_passes_.notify_all();
      silent_.wait(true);
      nothing_passes_ = false;
    } else {
      carry_a_while();
    }
  }
}

void SilentPath::carry_a_while() {
  std::vector<pollfd> sockets{readable(listener_)};
  for (const Connection& connection : connections_) {
    sockets.push_back(readable(connection.caller));
    sockets.push_back(readable(connection.server));
  }
  if (::poll(sockets.data(), sockets.size(), kMilliseconds) <= 0) {
    return;
  }
  std::size_t at = 1;
  for (auto next = connections_.begin(); next != connections_.end(); at += 2) {
    const auto connection = next++;
    const bool up = sockets[at].revents == 0 || pass_on(connection->caller, connection->server);
    const bool down =
        sockets[at + 1].revents == 0 || pass_on(connection->server, connection->caller);
    if (!up || !down) {
      hang_up(*connection);
      connections_.erase(connection);
    }
  }
  if (sockets[0].revents != 0) {
    accept_one();
  }
}

void SilentPath::accept_one() {
  Connection accepted{.caller = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC),
                      .server = new_socket()};
  const sockaddr_in address = loopback(server_port_);
  if (::connect(accepted.server, reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
      0) {
    return hang_up(accepted);
  }
  connections_.push_back(accepted);
}

// False at the end.
bool SilentPath::pass_on(int from, int to) {
  std::array<char, std::size_t{16} * 1024> buffer{};
  const auto size = ::recv(from, buffer.data(), buffer.size(), 0);
  for (ssize_t sent = 0; sent < size;) {
    const auto part =
        ::send(to, buffer.data() + sent, static_cast<std::size_t>(size - sent), MSG_NOSIGNAL);
    if (part <= 0) {
      return false;
    }
    sent += part;
  }
  return size > 0;
}

void SilentPath::hang_up(const Connection& connection) {
  ::close(connection.caller);
  ::close(connection.server);
}

}  // namespace millpond::test
