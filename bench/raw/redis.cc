#include <hiredis/hiredis.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "millpond/bench/raw/raw_session.h"

namespace millpond::bench {
namespace {

struct Free {
  void operator()(redisContext* context) const { redisFree(context); }
};

class RawRedis final : public RawSession {
 public:
  RawRedis(const drivers::Endpoint& endpoint, const drivers::SessionSettings& settings)
      : password_(endpoint.password.reveal()),
        name_(settings.app_name),
        context_(redisConnect(endpoint.host.c_str(), endpoint.port)) {
    reset();
  }

  void probe() override {
    redisAppendCommand(context_.get(), "PING");
    read_status();
  }

  void reset() override {
    redisAppendCommand(context_.get(), "RESET");
    redisAppendCommand(context_.get(), "AUTH %s", password_.c_str());
    redisAppendCommand(context_.get(), "CLIENT SETNAME %s", name_.c_str());
    redisAppendCommand(context_.get(), "CLIENT NO-EVICT OFF");
    for (int i = 0; i < 4; ++i) {
      read_status();
    }
  }

 private:
  void read_status() {
    void* answer = nullptr;
    if (redisGetReply(context_.get(), &answer) != REDIS_OK) {
      throw std::runtime_error{context_->errstr};
    }
    const auto* const reply = static_cast<redisReply*>(answer);
    const bool good = reply->type == REDIS_REPLY_STATUS;
    freeReplyObject(answer);
    if (!good) {
      throw std::runtime_error{"Redis refused a command"};
    }
  }

  const std::string password_;
  const std::string name_;
  std::unique_ptr<redisContext, Free> context_;
};

}  // namespace

std::unique_ptr<RawSession> raw_redis(const drivers::Endpoint& endpoint,
                                      const drivers::SessionSettings& settings) {
  return std::make_unique<RawRedis>(endpoint, settings);
}

}  // namespace millpond::bench
