// One kept-alive HTTP connection as the pools see it.
//
// As drivers::Connection: one thread at a time.
#pragma once

#include <string>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/http/easy_handle.h"
#include "millpond/drivers/http/session.h"
#include "millpond/drivers/net/peer_address.h"
#include "millpond/drivers/socket_observer.h"

namespace millpond::drivers {

class HttpConnection final : public Connection {
 public:
  explicit HttpConnection(HttpTarget target) : handle_(std::move(target)), session_(handle_) {}

  // Opens the connection by a HEAD of the base path, whatever its status: libcurl never uses a
  // connection that was opened without a request for one.
  Result<void> open(const Budget& budget);

  HttpSession& session() { return session_; }

  // kReplacement after a response that was not read to its end, and when the server has closed the
  // connection with its last response: the pool dials a new one off the callers' threads.
  ResetNeed reset_need() const noexcept override;

  // A HEAD of the base path over the open connection, never over a new one.
  Result<void> probe(const Budget& budget) override;

  // No round trip: the server keeps nothing, the handle forgets the borrower.
  Result<void> reset(ResetNeed need, const Budget& budget) override;

  // server_limits() tells nothing: HTTP has no words for it.

  int watch_fd() const noexcept override { return handle_.sockets().socket(); }
  std::string peer_address() const override { return drivers::peer_address(watch_fd()); }

  // Of each socket that libcurl opens by itself, once it is connected.
  void observe_sockets(SocketObserver* observer) override { handle_.sockets().observe(observer); }

 private:
  Result<void> head(std::string_view phase, const Budget& budget);

  EasyHandle handle_;
  HttpSession session_;
};

}  // namespace millpond::drivers
