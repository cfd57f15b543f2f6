#include "millpond/tests/harness/servers/silent_listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

namespace millpond::harness {

SilentListener::SilentListener() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  if (socket_ < 0 || bind(socket_, generic, size) != 0 || listen(socket_, SOMAXCONN) != 0 ||
      getsockname(socket_, generic, &size) != 0) {
    throw std::runtime_error(std::string{"cannot listen on 127.0.0.1: "} + strerror(errno));
  }
  port_ = ntohs(address.sin_port);
}

SilentListener::~SilentListener() {
  close(socket_);
}

}  // namespace millpond::harness
