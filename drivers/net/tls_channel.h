// TLS over a connected socket, each step within a budget; for a vendor library that knows none.
//
// Used by one thread at a time, may move between threads. The socket stays its owner's, who closes
// it after the channel; it does not block from connect() on.
//
//   auto channel = TlsChannel::connect(fd, endpoint.tls, endpoint.host, Budget{3s});
//   channel->write("PING\r\n", budget, "command");
#pragma once

#include <openssl/types.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/tls.h"

namespace millpond::drivers {

class TlsChannel {
 public:
  // Shakes hands and verifies as settings.mode says; `host` is the name or address that the
  // certificate must be for. At least TLS 1.2.
  static Result<TlsChannel> connect(int fd, const TlsSettings& settings, const std::string& host,
                                    const Budget& budget);

  // At least one byte; how many.
  Result<std::size_t> read(std::span<char> into, const Budget& budget, std::string_view phase);

  // All of it.
  Result<void> write(std::string_view bytes, const Budget& budget, std::string_view phase);

  // Nothing came that was not read yet. No system call.
  bool drained() const noexcept;

 private:
  struct Free {
    void operator()(SSL* session) const noexcept;
  };
  using Session = std::unique_ptr<SSL, Free>;

  explicit TlsChannel(Session session) : session_(std::move(session)) {}

  Result<void> shake_hands(const Budget& budget);
  // Waits for what OpenSSL asks for after `result`; an error when it asks for nothing.
  Result<void> await(int result, const Budget& budget, std::string_view phase);
  Error failure(int code, std::string_view phase) const;

  Session session_;
  bool served_ = false;  // the server has said something through it
};

}  // namespace millpond::drivers
