// One answer of a Redis server: hiredis' reply with an owner.
//
// Move-only; not synchronised. What text() returns lives as long as the reply.
//
//   if (!reply.is_null()) { use(reply.text()); }
#pragma once

#include <hiredis/hiredis.h>

#include <cstdint>
#include <memory>
#include <string_view>

namespace millpond {

class RedisReply {
 public:
  // Takes ownership; `reply` must not be null.
  explicit RedisReply(redisReply* reply) : reply_(reply) {}

  // A string, a status ("OK"), or the text of an error; empty for anything else.
  std::string_view text() const {
    const bool textual = reply_->type == REDIS_REPLY_STRING || is_status() || is_error();
    return textual ? std::string_view{reply_->str, reply_->len} : std::string_view{};
  }
  // 0 unless the reply is an integer.
  std::int64_t integer() const { return reply_->type == REDIS_REPLY_INTEGER ? reply_->integer : 0; }
  bool is_null() const { return reply_->type == REDIS_REPLY_NIL; }
  bool is_status() const { return reply_->type == REDIS_REPLY_STATUS; }
  // The server refused the command; the session is as good as before.
  bool is_error() const { return reply_->type == REDIS_REPLY_ERROR; }

  // hiredis' own, for arrays and whatever else.
  const redisReply* raw() const { return reply_.get(); }

 private:
  struct Free {
    void operator()(redisReply* reply) const { freeReplyObject(reply); }
  };

  std::unique_ptr<redisReply, Free> reply_;
};

}  // namespace millpond
