#include "millpond/drivers/redis/session.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace millpond {
namespace {

constexpr char kPhase[] = "command";

// Stands for "no timeout".
constexpr std::chrono::microseconds kUnlimited = std::chrono::hours{24 * 365};

drivers::Error nameless() {
  return {drivers::ErrorKind::kConfiguration, kPhase, "a command needs a name"};
}

}  // namespace

drivers::Budget RedisSession::budget() const {
  return drivers::Budget{read_timeout_.count() > 0 ? read_timeout_ : kUnlimited};
}

void RedisSession::note(std::span<const std::string_view> arguments, const RedisReply& reply) {
  using Outcome = drivers::SessionTracker::Outcome;
  tracker_.note_reply(arguments, reply.is_error() ? Outcome::kRefused : Outcome::kDone);
  if (reply.is_error() && reply.text().starts_with("READONLY")) {
    tracker_.note_refused_write();
  }
}

drivers::Result<RedisReply> RedisSession::command(std::span<const std::string_view> arguments) {
  if (arguments.empty()) {
    return tl::unexpected(nameless());
  }
  const drivers::Budget whole = budget();
  wire_.append(arguments);
  if (auto sent = wire_.send(whole, kPhase); !sent) {
    return tl::unexpected(std::move(sent.error()));
  }
  auto reply = wire_.read(whole, kPhase);
  if (reply) {
    note(arguments, *reply);
  }
  return reply;
}

drivers::Result<std::vector<RedisReply>> RedisSession::pipeline(
    std::span<const RedisCommand> commands) {
  if (std::ranges::any_of(commands, &RedisCommand::empty)) {
    return tl::unexpected(nameless());
  }
  const drivers::Budget whole = budget();
  for (const RedisCommand& command : commands) {
    wire_.append(command);
  }
  if (auto sent = wire_.send(whole, kPhase); !sent) {
    return tl::unexpected(std::move(sent.error()));
  }
  std::vector<RedisReply> replies;
  replies.reserve(commands.size());
  for (const RedisCommand& command : commands) {
    auto reply = wire_.read(whole, kPhase);
    if (!reply) {
      return tl::unexpected(std::move(reply.error()));
    }
    note(command, *reply);
    replies.push_back(*std::move(reply));
  }
  return replies;
}

redisContext* RedisSession::context() {
  if (wire_.encrypted()) {
    throw std::logic_error{
        "hiredis 0.14 knows no TLS: over TLS use command() and pipeline(), not the raw context"};
  }
  tracker_.note_raw_use();
  return &wire_.context();
}

}  // namespace millpond
