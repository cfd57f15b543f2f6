// Commands and replies over a hiredis context, each within a budget: hiredis' own timeouts count
// per system call, so that a dripping reply could exceed any of them.
//
// Works on the caller's context; not synchronised. A failure poisons the context (context.err), so
// that a late reply can't answer the next command.
#pragma once

#include <hiredis/hiredis.h>

#include <memory>
#include <span>
#include <string_view>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/redis/reply.h"

namespace millpond::drivers {

struct FreeRedisContext {
  void operator()(redisContext* context) const { redisFree(context); }
};
using RedisContext = std::unique_ptr<redisContext, FreeRedisContext>;

// Queues one command, binary-safe.
void append_command(redisContext& context, std::span<const std::string_view> arguments);

// Sends what is queued. A write may block for as long as SO_SNDTIMEO allows.
Result<void> send_commands(redisContext& context, std::string_view phase);

// The next reply; one that is an error is a reply like any other.
Result<RedisReply> read_reply(redisContext& context, const Budget& budget, std::string_view phase);

}  // namespace millpond::drivers
