// Commands and replies over a hiredis context, each within a budget: hiredis' own timeouts count
// per system call, so that a dripping reply could exceed any of them.
//
// hiredis 0.14 knows no TLS: there its reader and its buffer are used, and OpenSSL in between.
//
// Not synchronised. A failure poisons the context (context.err), so that a late reply can't answer
// the next command.
//
//   wire.append(command);
//   if (wire.send(budget, "command")) { auto reply = wire.read(budget, "command"); }
#pragma once

#include <hiredis/hiredis.h>

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/net/tls_channel.h"
#include "millpond/drivers/redis/reply.h"

namespace millpond::drivers {

struct FreeRedisContext {
  void operator()(redisContext* context) const { redisFree(context); }
};
using RedisContext = std::unique_ptr<redisContext, FreeRedisContext>;

class RedisWire {
 public:
  // Takes over a connected context. With a channel everything goes through it, and nothing may
  // touch the context's socket.
  explicit RedisWire(RedisContext context, std::optional<TlsChannel> tls = std::nullopt)
      : context_(std::move(context)), tls_(std::move(tls)) {}

  // Queues one command, binary-safe.
  void append(std::span<const std::string_view> arguments);

  // Sends what is queued. In the clear a write may block for as long as SO_SNDTIMEO allows.
  Result<void> send(const Budget& budget, std::string_view phase);

  // The next reply; one that is an error is a reply like any other.
  Result<RedisReply> read(const Budget& budget, std::string_view phase);

  // Nothing is unsent, nothing unread, nothing went wrong. No system call.
  bool in_step() const noexcept;

  bool encrypted() const noexcept { return tls_.has_value(); }
  redisContext& context() noexcept { return *context_; }
  int fd() const noexcept { return context_->fd; }

 private:
  Result<void> flush_clear(std::string_view phase);
  Result<void> flush_encrypted(const Budget& budget, std::string_view phase);
  Result<void> receive(const Budget& budget, std::string_view phase);
  Result<void> receive_clear(const Budget& budget, std::string_view phase);
  Result<void> receive_encrypted(const Budget& budget, std::string_view phase);

  RedisContext context_;  // closes the socket: after the channel over it
  std::optional<TlsChannel> tls_;
};

}  // namespace millpond::drivers
