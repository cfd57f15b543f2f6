#include "millpond/drivers/redis/session.h"

#include <algorithm>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/redis/wire.h"

namespace millpond {
namespace {

constexpr char kPhase[] = "command";

// Stands for "no timeout".
constexpr std::chrono::hours kUnlimited{24 * 365};

}  // namespace

drivers::Result<RedisReply> RedisSession::command(std::span<const std::string_view> arguments) {
  if (arguments.empty()) {
    return tl::unexpected(
        drivers::Error{drivers::ErrorKind::kConfiguration, kPhase, "a command needs a name"});
  }
  drivers::append_command(context_, arguments);
  if (auto sent = drivers::send_commands(context_, kPhase); !sent) {
    return tl::unexpected(std::move(sent.error()));
  }
  const bool limited = read_timeout_.count() > 0;
  const drivers::Budget budget{limited ? read_timeout_ : kUnlimited};
  auto reply = drivers::read_reply(context_, budget, kPhase);
  if (reply) {
    using Outcome = drivers::SessionTracker::Outcome;
    tracker_.note_reply(arguments, reply->is_error() ? Outcome::kRefused : Outcome::kDone);
  }
  return reply;
}

}  // namespace millpond
