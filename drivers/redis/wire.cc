#include "millpond/drivers/redis/wire.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
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

// As much as one record of TLS holds.
constexpr std::size_t kReadSize = std::size_t{16} * 1024;

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

void RedisWire::append(std::span<const std::string_view> arguments) {
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  texts.reserve(arguments.size());
  sizes.reserve(arguments.size());
  for (const auto argument : arguments) {
    texts.push_back(argument.data());
    sizes.push_back(argument.size());
  }
  const auto count = static_cast<int>(arguments.size());
  if (redisAppendCommandArgv(context_.get(), count, texts.data(), sizes.data()) != REDIS_OK) {
    throw std::bad_alloc{};
  }
}

Result<void> RedisWire::send(const Budget& budget, std::string_view phase) {
  if (context_->err != 0) {
    return tl::unexpected(broken_before(*context_, phase));
  }
  return tls_ ? flush_encrypted(budget, phase) : flush_clear(phase);
}

Result<void> RedisWire::flush_clear(std::string_view phase) {
  for (int done = 0; done == 0;) {
    if (redisBufferWrite(context_.get(), &done) != REDIS_OK) {
      auto error = context_error(*context_, errno, phase);
      return tl::unexpected(last_words(*context_, std::move(error)));
    }
  }
  return {};
}

Result<void> RedisWire::flush_encrypted(const Budget& budget, std::string_view phase) {
  auto sent = tls_->write({context_->obuf, sdslen(context_->obuf)}, budget, phase);
  if (!sent) {
    poison(*context_, sent.error());
    return sent;
  }
  // sdsclear() by hand: the library declares that one for C only.
  sdssetlen(context_->obuf, 0);
  context_->obuf[0] = '\0';
  return {};
}

Result<RedisReply> RedisWire::read(const Budget& budget, std::string_view phase) {
  if (context_->err != 0) {
    return tl::unexpected(broken_before(*context_, phase));
  }
  for (;;) {
    void* reply = nullptr;
    if (redisGetReplyFromReader(context_.get(), &reply) != REDIS_OK) {
      return tl::unexpected(context_error(*context_, errno, phase));
    }
    if (reply != nullptr) {
      return RedisReply{static_cast<redisReply*>(reply)};
    }
    if (auto received = receive(budget, phase); !received) {
      return tl::unexpected(std::move(received.error()));
    }
  }
}

Result<void> RedisWire::receive(const Budget& budget, std::string_view phase) {
  return tls_ ? receive_encrypted(budget, phase) : receive_clear(budget, phase);
}

Result<void> RedisWire::receive_clear(const Budget& budget, std::string_view phase) {
  if (auto ready = wait_ready(fd(), POLLIN, budget, phase); !ready) {
    poison(*context_, ready.error());
    return ready;
  }
  if (redisBufferRead(context_.get()) != REDIS_OK) {
    return tl::unexpected(context_error(*context_, errno, phase));
  }
  return {};
}

Result<void> RedisWire::receive_encrypted(const Budget& budget, std::string_view phase) {
  std::array<char, kReadSize> buffer;
  auto size = tls_->read(buffer, budget, phase);
  if (!size) {
    poison(*context_, size.error());
    return tl::unexpected(std::move(size.error()));
  }
  redisReaderFeed(context_->reader, buffer.data(), *size);
  return {};
}

bool RedisWire::in_step() const noexcept {
  const redisReader& reader = *context_->reader;
  const bool nothing_unsent = sdslen(context_->obuf) == 0;
  const bool nothing_unread = reader.pos == reader.len && reader.ridx == -1;
  const bool blocking = (context_->flags & REDIS_BLOCK) != 0;
  return context_->err == 0 && nothing_unsent && nothing_unread && blocking &&
         (!tls_ || tls_->drained());
}

}  // namespace millpond::drivers
