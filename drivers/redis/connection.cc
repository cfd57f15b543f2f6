#include "millpond/drivers/redis/connection.h"

#include <sys/socket.h>
#include <sys/time.h>

#include <utility>

#include "millpond/drivers/redis/limits.h"
#include "millpond/drivers/redis/reply_error.h"

namespace millpond::drivers {
namespace {

void set_timeout(int fd, int option, std::chrono::microseconds timeout) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(timeout);
  timeval value{};
  value.tv_sec = seconds.count();
  value.tv_usec = (timeout - seconds).count();
  ::setsockopt(fd, SOL_SOCKET, option, &value, sizeof value);
}

}  // namespace

RedisConnection::RedisConnection(RedisWire wire, RedisIdentity identity,
                                 const SessionSettings& settings)
    : wire_(std::move(wire)),
      identity_(std::move(identity)),
      read_timeout_(settings.read_timeout),
      write_timeout_(settings.write_timeout),
      session_(wire_, tracker_, read_timeout_) {}

Result<void> RedisConnection::set_up(const Budget& budget) {
  set_socket_timeouts();
  std::vector<Step> steps;
  add_identity(steps, "session set-up");
  steps.push_back({"session set-up", {"PING"}, "PONG"});
  return run(steps, budget);
}

Result<void> RedisConnection::probe(const Budget& budget) {
  return run({{"probe", {"PING"}, "PONG"}}, budget);
}

Result<void> RedisConnection::reset(ResetNeed need, const Budget& budget) {
  if (need == ResetNeed::kNone) {
    return {};
  }
  set_socket_timeouts();
  std::vector<Step> steps{{"reset", {"RESET"}, "RESET"}};
  add_identity(steps, "reset");
  // RESET leaves this and the debugger as they are (Redis 7.0). A server that refuses to turn them
  // off would have refused to turn them on.
  steps.push_back({"reset", {"CLIENT", "NO-EVICT", "OFF"}, kAnyReply});
  auto done = run(steps, budget);
  if (done && tracker_.may_debug()) {
    // A round trip of its own: the server refuses it in a pipeline.
    done = run({{"reset", {"SCRIPT", "DEBUG", "NO"}, kAnyReply}}, budget);
  }
  if (done) {
    tracker_.note_reset();
  }
  return done;
}

Result<ServerLimits> RedisConnection::server_limits(const Budget& budget) {
  return read_limits(wire_, budget).map_error([this](Error error) {
    return redacted(std::move(error));
  });
}

void RedisConnection::add_identity(std::vector<Step>& steps, std::string_view phase) const {
  if (!identity_.user.empty()) {
    steps.push_back({"authenticate", {"AUTH", identity_.user, identity_.password.reveal()}, "OK"});
  } else if (!identity_.password.empty()) {
    steps.push_back({"authenticate", {"AUTH", identity_.password.reveal()}, "OK"});
  }
  if (identity_.database != "0") {
    steps.push_back({phase, {"SELECT", identity_.database}, "OK"});
  }
  if (!identity_.name.empty()) {
    steps.push_back({phase, {"CLIENT", "SETNAME", identity_.name}, "OK"});
  }
}

// Each reply must be exactly the status that belongs to its command: anything else was meant for
// somebody else, and the session is out of step.
Result<void> RedisConnection::run(const std::vector<Step>& steps, const Budget& budget) {
  const auto fail = [this](Error error) { return tl::unexpected(redacted(std::move(error))); };
  for (const auto& step : steps) {
    wire_.append(step.command);
  }
  if (auto sent = wire_.send(budget, steps.front().phase); !sent) {
    return fail(std::move(sent.error()));
  }
  for (const auto& step : steps) {
    auto reply = wire_.read(budget, step.phase);
    if (!reply) {
      return fail(std::move(reply.error()));
    }
    if (step.answer == kAnyReply) {
      continue;
    }
    if (reply->is_error()) {
      return fail({kind_of_reply(reply->text()), std::string{step.phase},
                   std::string{step.command.front()} + ": " + std::string{reply->text()}});
    }
    if (!reply->is_status() || reply->text() != step.answer) {
      return fail(
          {ErrorKind::kProtocol, std::string{step.phase},
           "the reply to " + std::string{step.command.front()} + " was meant for another command"});
    }
  }
  return {};
}

Error RedisConnection::redacted(Error error) const {
  error.message = identity_.password.redact(std::move(error.message));
  return error;
}

void RedisConnection::set_socket_timeouts() const {
  set_timeout(wire_.fd(), SO_RCVTIMEO, read_timeout_);
  set_timeout(wire_.fd(), SO_SNDTIMEO, write_timeout_);
}

}  // namespace millpond::drivers
