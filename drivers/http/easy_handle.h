// One libcurl easy handle that keeps one connection to one origin, with this project's defaults.
//
// Used by one thread at a time, may move between threads.
//
//   EasyHandle handle{target};
//   curl_easy_perform(handle.get());
#pragma once

#include <curl/curl.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/http/socket_tracker.h"
#include "millpond/drivers/http_settings.h"
#include "millpond/drivers/secret.h"
#include "millpond/drivers/tls.h"

namespace millpond::drivers {

struct HttpTarget {
  std::string host;
  std::uint16_t port = 0;
  std::string base_path;               // "" or "/v1": no slash at the end
  std::vector<std::string> addresses;  // what the host's name means; libcurl looks nothing up
  std::string socket;                  // the path of a Unix socket instead; empty: TCP
  std::string user;
  Secret password;
  TlsSettings tls;
  std::string user_agent;
  std::chrono::milliseconds connect_timeout{};
  std::chrono::microseconds read_timeout{};
  std::chrono::microseconds tcp_user_timeout{};
  HttpSettings http;

  // `path` below the base path, with exactly one slash in between.
  std::string url(const std::string& path) const;
};

class EasyHandle {
 public:
  explicit EasyHandle(HttpTarget target);

  CURL* get() const { return easy_.get(); }
  const HttpTarget& target() const { return target_; }
  SocketTracker& sockets() { return sockets_; }
  const SocketTracker& sockets() const { return sockets_; }

  // Drops every option and every cookie; the connection and what names mean stay.
  void restore_defaults();

  // How long the next transfer may take as a whole, its connect included; zero: without limit.
  void limit_time(std::chrono::milliseconds whole);

  // Drops what a borrower of the raw handle may have left: the above, shared data, names.
  void forget_borrower();

  // libcurl's words about the last failure; may be empty.
  const char* error_text() const { return error_text_.data(); }

 private:
  struct Cleanup {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };
  struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  void pin_addresses();
  void demand_tls();

  HttpTarget target_;
  SocketTracker sockets_;
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  std::unique_ptr<curl_slist, FreeList> pinned_;
  std::unique_ptr<CURL, Cleanup> easy_;  // goes first: it closes its sockets through sockets_
};

}  // namespace millpond::drivers
