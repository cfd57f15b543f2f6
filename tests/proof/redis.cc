// Strangers in Redis sessions.
#include "millpond/drivers/redis/redis.h"

#include <fmt/format.h>
#include <hiredis/hiredis.h>

#include <stdexcept>
#include <string>

#include "millpond/tests/drivers/redis/redis_backend.h"
#include "millpond/tests/proof/backend.h"

namespace millpond::proof {
namespace {

using drivers::Connection;

std::string ask_for(Connection& connection, std::initializer_list<std::string_view> arguments) {
  const auto reply = Redis::handle(connection).command(arguments);
  if (!reply) {
    throw std::runtime_error(reply.error().message);
  }
  return std::string{reply->text()};
}

// A field of CLIENT INFO, with its name.
std::string field(const std::string& info, const std::string& name) {
  const auto begin = info.find(" " + name + "=");
  return begin == std::string::npos ? "" : info.substr(begin, info.find(' ', begin + 1) - begin);
}

Act command(const char* name, const std::vector<std::string_view>& arguments) {
  return {.name = name, .play = [arguments](Connection& connection, std::int64_t) {
            Redis::handle(connection).command(arguments);
          }};
}

// By hiredis itself, whose replies are left where they are.
Act raw(const char* name, const std::vector<const char*>& lines, bool flush = true) {
  return {.name = name, .play = [lines, flush](Connection& connection, std::int64_t) {
            redisContext* context = Redis::handle(connection).context();
            for (const char* line : lines) {
              redisAppendCommand(context, line);
            }
            for (int done = flush ? 0 : 1; done == 0;) {
              if (redisBufferWrite(context, &done) != REDIS_OK) {
                break;
              }
            }
          }};
}

void leave_a_reply(Connection& connection, std::int64_t id) {
  redisContext* context = Redis::handle(connection).context();
  redisAppendCommand(context, "ECHO %s", std::to_string(id + 1).c_str());
  redisAppendCommand(context, "ECHO %s", std::to_string(id + 2).c_str());
  void* reply = nullptr;
  if (redisGetReply(context, &reply) == REDIS_OK) {
    freeReplyObject(reply);
  }
}

void send_half_a_command(Connection& connection, std::int64_t id) {
  redisContext* context = Redis::handle(connection).context();
  const std::string half = fmt::format("*2\r\n$4\r\nECHO\r\n$8\r\n{}", id % 1000);
  redisAppendFormattedCommand(context, half.data(), half.size());
  int done = 0;
  redisBufferWrite(context, &done);
}

class RedisProof final : public Backend {
 public:
  RedisProof() {
    server_.server().command(
        {"ACL", "SETUSER", "stranger", "on", ">other-pass", "~*", "&*", "+@all"});
    control_ = redisConnect("127.0.0.1", server_.endpoint().port);
    freeReplyObject(redisCommand(control_, "AUTH %s", harness::kPassword));
  }
  ~RedisProof() override { redisFree(control_); }

  std::string_view name() const override { return "redis"; }
  std::string server_lines() const override {
    return fmt::format("endpoint = \"127.0.0.1:{}\"\npassword = \"${{env:POND_PASSWORD}}\"\n",
                       server_.endpoint().port);
  }
  const drivers::Driver& driver() const override { return *server_.driver(); }
  drivers::Endpoint endpoint() const override { return server_.endpoint(); }

  std::vector<Act> poisons() override {
    return {command("SELECT", {"SELECT", "7"}),
            command("MULTI", {"MULTI"}),
            {"MULTI with a refused command",
             [](Connection& connection, std::int64_t) {
               Redis::handle(connection).pipeline({{"MULTI"}, {"NONSENSE"}, {"SET", "a", "1"}});
             }},
            command("WATCH", {"WATCH", "a"}),
            command("CLIENT SETNAME", {"CLIENT", "SETNAME", "stranger"}),
            command("CLIENT TRACKING", {"CLIENT", "TRACKING", "ON"}),
            command("CLIENT NO-EVICT", {"CLIENT", "NO-EVICT", "ON"}),
            command("AUTH", {"AUTH", "stranger", "other-pass"}),
            command("HELLO", {"HELLO", "2", "SETNAME", "stranger"}),
            command("HELLO 3", {"HELLO", "3"}),
            command("SUBSCRIBE", {"SUBSCRIBE", "news"}),
            command("PSUBSCRIBE", {"PSUBSCRIBE", "n*"}),
            command("SSUBSCRIBE", {"SSUBSCRIBE", "news"}),
            command("READONLY", {"READONLY"}),
            command("RESET", {"RESET"}),
            command("QUIT", {"QUIT"}),
            command("SCRIPT DEBUG", {"SCRIPT", "DEBUG", "SYNC"}),
            raw("MONITOR, raw", {"MONITOR"}),
            raw("SUBSCRIBE, raw", {"SUBSCRIBE news"}),
            raw("CLIENT REPLY OFF, raw", {"CLIENT REPLY OFF"}),
            raw("CLIENT REPLY SKIP, raw", {"CLIENT REPLY SKIP"}),
            raw("a command is not sent, raw", {"SELECT 3"}, false),
            raw("replies are not read, raw", {"SELECT 3", "MULTI", "ECHO stranger"}),
            {"a reply is left", &leave_a_reply},
            {"half a command is sent", &send_half_a_command}};
  }

  std::string look(Connection& connection) const override {
    const std::string info = ' ' + ask_for(connection, {"CLIENT", "INFO"});
    std::string text;
    for (const char* name :
         {"name", "flags", "db", "sub", "psub", "ssub", "multi", "user", "redir", "resp"}) {
      text += field(info, name);
    }
    const auto tracking = Redis::handle(connection).command({"CLIENT", "TRACKINGINFO"});
    if (!tracking || tracking->raw()->elements < 2 || tracking->raw()->element[1]->elements == 0) {
      throw std::runtime_error("no answer");
    }
    // A script's debugger would answer with its prompt.
    const auto scripted = Redis::handle(connection).command({"EVAL", "return 7", "0"});
    return text + ' ' + tracking->raw()->element[1]->element[0]->str +
           fmt::format(" {}", scripted ? scripted->integer() : -1) + ' ' +
           ask_for(connection, {"ECHO", "mine"});
  }

  std::vector<Act> abandons() override {
    return {{"a reply is left", &leave_a_reply},
            {"half a command is sent", &send_half_a_command},
            raw("a command is not sent", {"ECHO stranger"}, false),
            raw("a subscription sends on", {"SUBSCRIBE news", "PUBLISH news stranger"}),
            {"a command times out",
             [](Connection& connection, std::int64_t) {
               Redis::handle(connection).command({"BLPOP", "nothing", "0.05"});
             }},
            {"a transaction is left",
             [](Connection& connection, std::int64_t id) {
               Redis::handle(connection).pipeline({{"MULTI"}, {"ECHO", std::to_string(id + 1)}});
             }},
            {"an exception leaves a pipeline", [](Connection& connection, std::int64_t id) {
               redisAppendCommand(Redis::handle(connection).context(), "ECHO %s",
                                  std::to_string(id + 1).c_str());
               throw std::runtime_error("the borrower gives up");
             }}};
  }

  std::string ask(Connection& connection, std::int64_t id) const override {
    return ask_for(connection, {"ECHO", std::to_string(id)});
  }

  std::string session_of(Connection& connection) const override {
    return server_.session_of(connection);
  }
  void end(const std::string& session) override {
    freeReplyObject(redisCommand(control_, "CLIENT KILL ADDR %s", session.c_str()));
  }
  Borrow borrower(const Registry& registry) const override { return borrower_of<Redis>(registry); }

 private:
  drivers::RedisBackend server_;
  redisContext* control_ = nullptr;
};

}  // namespace

std::unique_ptr<Backend> make_redis() {
  return std::make_unique<RedisProof>();
}

}  // namespace millpond::proof
