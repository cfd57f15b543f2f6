#include "millpond/drivers/redis/wire.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdio>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "millpond/drivers/net/system_error.h"
#include "millpond/drivers/net/wait_ready.h"
#include "millpond/drivers/redis/reply_error.h"

namespace millpond::drivers {
namespace {

ErrorKind kind_of_context(const redisContext& context, int error_number) {
  switch (context.err) {
    case REDIS_ERR_IO:
      return kind_of_errno(error_number);
    case REDIS_ERR_PROTOCOL:
      return ErrorKind::kProtocol;
    case REDIS_ERR_OOM:
      return ErrorKind::kLocalExhaustion;
    default:
      return ErrorKind::kBroken;
  }
}

Error context_error(const redisContext& context, int error_number, std::string_view phase) {
  return {kind_of_context(context, error_number), std::string{phase},
          std::string{context.errstr} + " (hiredis error " + std::to_string(context.err) + ")"};
}

Error broken_before(const redisContext& context, std::string_view phase) {
  return {ErrorKind::kBroken, std::string{phase},
          std::string{"the session had failed already: "} + context.errstr};
}

void poison(redisContext& context, const Error& error) {
  context.err = REDIS_ERR_IO;
  std::snprintf(context.errstr, sizeof context.errstr, "%s", error.message.c_str());
}

// A server at its limit answers before it is asked and hangs up, so that the first write may fail
// while its explanation waits to be read.
Error last_words(redisContext& context, Error error) {
  char buffer[512];
  const auto size = ::recv(context.fd, buffer, sizeof buffer, MSG_DONTWAIT);
  void* reply = nullptr;
  if (size > 0) {
    redisReaderFeed(context.reader, buffer, static_cast<std::size_t>(size));
    redisReaderGetReply(context.reader, &reply);
  }
  if (reply != nullptr) {
    const RedisReply said{static_cast<redisReply*>(reply)};
    if (said.is_error()) {
      error.kind = kind_of_reply(said.text());
      error.message = said.text();
    }
  }
  return error;
}

}  // namespace

void append_command(redisContext& context, std::span<const std::string_view> arguments) {
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  texts.reserve(arguments.size());
  sizes.reserve(arguments.size());
  for (const auto argument : arguments) {
    texts.push_back(argument.data());
    sizes.push_back(argument.size());
  }
  const auto count = static_cast<int>(arguments.size());
  if (redisAppendCommandArgv(&context, count, texts.data(), sizes.data()) != REDIS_OK) {
    throw std::bad_alloc{};
  }
}

Result<void> send_commands(redisContext& context, std::string_view phase) {
  if (context.err != 0) {
    return tl::unexpected(broken_before(context, phase));
  }
  for (int done = 0; done == 0;) {
    if (redisBufferWrite(&context, &done) != REDIS_OK) {
      auto error = context_error(context, errno, phase);
      return tl::unexpected(last_words(context, std::move(error)));
    }
  }
  return {};
}

Result<RedisReply> read_reply(redisContext& context, const Budget& budget, std::string_view phase) {
  if (context.err != 0) {
    return tl::unexpected(broken_before(context, phase));
  }
  for (;;) {
    void* reply = nullptr;
    if (redisGetReplyFromReader(&context, &reply) != REDIS_OK) {
      return tl::unexpected(context_error(context, errno, phase));
    }
    if (reply != nullptr) {
      return RedisReply{static_cast<redisReply*>(reply)};
    }
    if (auto ready = wait_ready(context.fd, POLLIN, budget, phase); !ready) {
      poison(context, ready.error());
      return tl::unexpected(std::move(ready.error()));
    }
    if (redisBufferRead(&context) != REDIS_OK) {
      return tl::unexpected(context_error(context, errno, phase));
    }
  }
}

}  // namespace millpond::drivers
