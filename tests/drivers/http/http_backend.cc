#include "millpond/tests/drivers/http/http_backend.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "millpond/drivers/http/driver.h"
#include "millpond/drivers/http/http.h"

namespace millpond::drivers {
namespace {

constexpr unsigned kEstablished = 1;  // as /proc/net/tcp numbers TCP's states

struct TcpState {
  unsigned local_port;
  unsigned remote_port;
  unsigned state;
};

std::vector<TcpState> tcp_states() {
  std::ifstream table{"/proc/net/tcp"};
  std::vector<TcpState> states;
  for (std::string line; std::getline(table, line);) {
    TcpState row{};
    if (std::sscanf(line.c_str(), " %*d: %*8x:%4x %*8x:%4x %2x", &row.local_port, &row.remote_port,
                    &row.state) == 3) {
      states.push_back(row);
    }
  }
  return states;
}

}  // namespace

HttpBackend::HttpBackend() : driver_(make_http_driver()) {
  ::signal(SIGPIPE, SIG_IGN);  // as the registry does
}

Endpoint HttpBackend::endpoint() const {
  Endpoint endpoint;
  endpoint.host = "127.0.0.1";
  endpoint.port = static_cast<std::uint16_t>(server_.port());
  endpoint.path = "/files/";
  return endpoint;
}

std::string HttpBackend::session_of(Connection& connection) const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(connection.watch_fd(), reinterpret_cast<sockaddr*>(&address), &size);
  return std::to_string(ntohs(address.sin_port));
}

bool HttpBackend::lists(const std::string& session) const {
  const auto server_port = static_cast<unsigned>(server_.port());
  for (const auto& row : tcp_states()) {
    if (row.local_port == server_port && std::to_string(row.remote_port) == session) {
      return row.state == kEstablished;
    }
  }
  return false;
}

void HttpBackend::end(const std::string& session) {
  server_.process().signal(SIGHUP);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (lists(session)) {
    if (std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error("nginx did not close the connection");
    }
    std::this_thread::yield();
  }
}

void HttpBackend::freeze(const std::string&) {
  for (const pid_t worker : workers()) {
    ::kill(worker, SIGSTOP);
  }
}

void HttpBackend::thaw(const std::string&) {
  for (const pid_t worker : workers()) {
    ::kill(worker, SIGCONT);
  }
}

void HttpBackend::dirty(Connection& connection) const {
  curl_easy_setopt(Http::handle(connection).easy(), CURLOPT_COOKIELIST,
                   "Set-Cookie: sid=secret-of-A; domain=127.0.0.1; path=/");
}

bool HttpBackend::is_dirty(Connection& connection) const {
  curl_slist* cookies = nullptr;
  curl_easy_getinfo(Http::handle(connection).easy(), CURLINFO_COOKIELIST, &cookies);
  const bool any = cookies != nullptr;
  curl_slist_free_all(cookies);
  return any;
}

std::vector<pid_t> HttpBackend::workers() {
  const std::string master = std::to_string(server_.process().pid());
  std::ifstream children{"/proc/" + master + "/task/" + master + "/children"};
  std::vector<pid_t> pids;
  for (pid_t pid = 0; children >> pid;) {
    pids.push_back(pid);
  }
  return pids;
}

}  // namespace millpond::drivers
