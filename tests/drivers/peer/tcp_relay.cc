#include "millpond/tests/drivers/peer/tcp_relay.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace millpond::harness {
namespace {

int connect_to(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    ::shutdown(socket, SHUT_RDWR);  // the caller is hung up on
  }
  return socket;
}

// How many bytes; 0 at the end.
std::size_t pass_on(int from, int to) {
  std::array<char, std::size_t{16} * 1024> buffer{};
  const auto size = ::recv(from, buffer.data(), buffer.size(), 0);
  for (ssize_t sent = 0; sent < size;) {
    const auto part =
        ::send(to, buffer.data() + sent, static_cast<std::size_t>(size - sent), MSG_NOSIGNAL);
    if (part <= 0) {
      return 0;
    }
    sent += part;
  }
  return size > 0 ? static_cast<std::size_t>(size) : 0;
}

}  // namespace

TcpRelay::TcpRelay(int server_port, const char* address)
    : server_port_(server_port), peer_([this](int caller) { serve(caller); }, address) {}

void TcpRelay::serve(int caller) {
  const int server = connect_to(server_port_);
  std::array<pollfd, 2> watched{pollfd{.fd = caller, .events = POLLIN, .revents = 0},
                                pollfd{.fd = server, .events = POLLIN, .revents = 0}};
  for (bool open = true; open;) {
    ::poll(watched.data(), watched.size(), -1);
    if (watched[0].revents != 0) {
      open = pass_up(caller, server);
    }
    if (watched[1].revents != 0) {
      open = pass_on(server, caller) > 0 && open;
    }
  }
  ::close(server);
}

bool TcpRelay::pass_up(int caller, int server) {
  const auto size = pass_on(caller, server);
  bytes_up_ += size;
  hang_ups_ += size == 0 ? 1 : 0;
  return size > 0;
}

}  // namespace millpond::harness
