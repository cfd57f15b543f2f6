#include "millpond/drivers/redis/limits.h"

#include <hiredis/hiredis.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <tl/expected.hpp>
#include <tuple>
#include <utility>
#include <vector>

#include "millpond/drivers/redis/reply.h"
#include "millpond/drivers/redis/reply_error.h"

namespace millpond::drivers {
namespace {

constexpr char kPhase[] = "server limits";

// One INFO for all: before Redis 7.0 it takes one section only.
constexpr std::array<std::string_view, 1> kInfo{"INFO"};
constexpr std::array<std::string_view, 3> kMaxClients{"CONFIG", "GET", "maxclients"};
constexpr std::array<std::string_view, 3> kTimeout{"CONFIG", "GET", "timeout"};
constexpr std::array<std::span<const std::string_view>, 3> kQuestions{kInfo, kMaxClients, kTimeout};

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc{} ? std::optional{number} : std::nullopt;
}

// "maxclients:10000\r\n" → "10000"; empty where INFO has no such line.
std::string_view field_of(std::string_view info, std::string_view name) {
  const std::string line = "\n" + std::string{name} + ":";
  const auto found = info.find(line);
  if (found == std::string_view::npos) {
    return {};
  }
  const std::string_view rest = info.substr(found + line.size());
  return rest.substr(0, rest.find_first_of("\r\n"));
}

// Absent where the server refused, or knows no such setting.
std::optional<std::int64_t> setting_in(const redisReply* pair) {
  if (pair->type != REDIS_REPLY_ARRAY || pair->elements != 2 ||
      pair->element[1]->type != REDIS_REPLY_STRING) {
    return std::nullopt;
  }
  return number_in({pair->element[1]->str, pair->element[1]->len});
}

ServerLimits limits_in(std::string_view info, const RedisReply& most, const RedisReply& timeout) {
  ServerLimits limits{
      .version = std::string{field_of(info, "redis_version")},
      .max_connections = setting_in(most.raw()),
      .read_only = field_of(info, "role") == "slave" && field_of(info, "slave_read_only") != "0"};
  if (!limits.max_connections) {
    limits.max_connections = number_in(field_of(info, "maxclients"));
  }
  if (const auto idle = setting_in(timeout.raw()); idle && *idle > 0) {
    limits.idle_timeout = std::chrono::seconds{*idle};
  }
  return limits;
}

Error refusal(std::string_view text) {
  return {kind_of_reply(text), kPhase, "INFO: " + std::string{text}};
}

// As CONFIG GET answers, or refuses. Within a transaction it would be a status.
bool answers_config(const RedisReply& reply) {
  return reply.is_error() || reply.raw()->type == REDIS_REPLY_ARRAY;
}

Result<std::vector<RedisReply>> ask(RedisWire& wire, const Budget& budget) {
  for (const auto& question : kQuestions) {
    wire.append(question);
  }
  if (auto sent = wire.send(budget, kPhase); !sent) {
    return tl::unexpected(std::move(sent.error()));
  }
  std::vector<RedisReply> replies;
  while (replies.size() < kQuestions.size()) {
    auto reply = wire.read(budget, kPhase);
    if (!reply) {
      return tl::unexpected(std::move(reply.error()));
    }
    replies.push_back(*std::move(reply));
  }
  return replies;
}

}  // namespace

Result<ServerLimits> read_limits(RedisWire& wire, const Budget& budget) {
  auto replies = ask(wire, budget);
  if (!replies) {
    return tl::unexpected(std::move(replies.error()));
  }
  const auto& [info, most, timeout] = std::tie(replies->at(0), replies->at(1), replies->at(2));
  if (info.is_error()) {
    return tl::unexpected(refusal(info.text()));
  }
  if (info.raw()->type != REDIS_REPLY_STRING || !answers_config(most) || !answers_config(timeout)) {
    return tl::unexpected(Error{ErrorKind::kProtocol, kPhase,
                                "a reply to INFO or CONFIG GET was meant for another command"});
  }
  return limits_in(info.text(), most, timeout);
}

}  // namespace millpond::drivers
