#include "millpond/tests/drivers/peer/http_peer.h"

#include <sys/socket.h>

#include <cstdlib>
#include <utility>

namespace millpond::harness {
namespace {

// Whether `text` is a request with all of its body.
bool is_whole(const std::string& text) {
  constexpr char kLength[] = "Content-Length: ";
  const auto head_end = text.find("\r\n\r\n");
  if (head_end == std::string::npos) {
    return false;
  }
  if (text.find("Transfer-Encoding: chunked") < head_end) {
    return text.ends_with("\r\n0\r\n\r\n") || text.substr(head_end + 4) == "0\r\n\r\n";
  }
  const auto length = text.find(kLength);
  const auto body = length < head_end
                        ? std::strtoull(text.c_str() + length + sizeof kLength - 1, nullptr, 10)
                        : 0;
  return text.size() >= head_end + 4 + body;
}

}  // namespace

HttpPeer::Answer HttpPeer::ok(const std::string& body, const std::string& headers) {
  return {.text = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
                  headers + "\r\n" + body};
}

HttpPeer::HttpPeer(std::function<Answer(const Request&)> answer)
    : answer_(std::move(answer)), peer_([this](int socket) { serve(socket); }) {}

std::vector<std::string> HttpPeer::requests() const {
  const std::lock_guard lock{mutex_};
  return requests_;
}

void HttpPeer::serve(int socket) {
  for (int count = 1;; ++count) {
    const auto text = receive(socket);
    if (!text) {
      return;
    }
    if (text->rfind("HEAD ", 0) != 0) {
      const std::lock_guard lock{mutex_};
      requests_.push_back(*text);
    }
    const Answer answer = answer_({.text = *text, .on_connection = count});
    ::send(socket, answer.text.data(), answer.text.size(), MSG_NOSIGNAL);
    if (answer.then_hang_up) {
      return;
    }
  }
}

std::optional<std::string> HttpPeer::receive(int socket) {
  std::string text;
  while (!is_whole(text)) {
    char buffer[16 * 1024];
    const auto size = ::recv(socket, buffer, sizeof buffer, 0);
    if (size <= 0) {
      return std::nullopt;
    }
    text.append(buffer, static_cast<std::size_t>(size));
  }
  return text;
}

}  // namespace millpond::harness
