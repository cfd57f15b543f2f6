// What a lease on a Redis workload lends: commands with a deadline, and hiredis' own context for
// everything else.
//
// Used by one thread at a time, may move between threads. Valid while the lease is.
//
//   auto reply = session.command({"SET", "cart:42", bytes, "EX", "600"});
//   if (!reply) { … reply.error().message … }              // the session is gone
//   if (reply->is_error()) { … reply->text() … }           // the server refused
#pragma once

#include <hiredis/hiredis.h>

#include <chrono>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/redis/reply.h"
#include "millpond/drivers/redis/session_tracker.h"
#include "millpond/drivers/redis/wire.h"

namespace millpond {

using RedisCommand = std::vector<std::string_view>;

class RedisSession {
 public:
  // Made by the driver; both outlive the session. A zero `read_timeout` means none.
  RedisSession(drivers::RedisWire& wire, drivers::SessionTracker& tracker,
               std::chrono::microseconds read_timeout)
      : wire_(wire), tracker_(tracker), read_timeout_(read_timeout) {}

  // One command and its one reply, binary-safe, within read_timeout as a whole. An error means that
  // the session can't be used any more: a reply that comes late must not answer the next command.
  drivers::Result<RedisReply> command(std::initializer_list<std::string_view> arguments) {
    return command(std::span{arguments.begin(), arguments.size()});
  }
  drivers::Result<RedisReply> command(std::span<const std::string_view> arguments);

  // Many commands in one round trip, their replies in order, all within read_timeout as a whole; no
  // transaction. An error as above: some of the commands may have been carried out.
  drivers::Result<std::vector<RedisReply>> pipeline(std::span<const RedisCommand> commands);
  drivers::Result<std::vector<RedisReply>> pipeline(std::initializer_list<RedisCommand> commands) {
    return pipeline(std::span{commands.begin(), commands.size()});
  }

  // For hiredis' own functions: subscriptions, blocking commands. Don't free it. Since nobody can
  // tell what was done with it, the session is reset when the lease ends. Its socket timeouts are
  // read_timeout and write_timeout, per system call. Over TLS there is none to give, because
  // hiredis 0.14 would speak in the clear: throws std::logic_error.
  redisContext* context();

 private:
  drivers::Budget budget() const;
  void note(std::span<const std::string_view> arguments, const RedisReply& reply);

  drivers::RedisWire& wire_;
  drivers::SessionTracker& tracker_;
  std::chrono::microseconds read_timeout_;
};

}  // namespace millpond
