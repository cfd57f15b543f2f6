#include "millpond/drivers/redis/driver.h"

#include <hiredis/hiredis.h>

#include <charconv>
#include <string>
#include <utility>

#include "millpond/drivers/net/file_descriptor.h"
#include "millpond/drivers/net/resolve.h"
#include "millpond/drivers/net/tcp_dial.h"
#include "millpond/drivers/redis/connection.h"
#include "millpond/drivers/redis/wire.h"

namespace millpond::drivers {
namespace {

// "/3", "3" or nothing.
Result<std::string> database_of(const Endpoint& endpoint) {
  std::string text = endpoint.path;
  if (!text.empty() && text.front() == '/') {
    text.erase(0, 1);
  }
  if (text.empty()) {
    return "0";
  }
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return tl::unexpected(Error{ErrorKind::kConfiguration, "session set-up",
                                "a Redis database is a number, not \"" + text + "\""});
  }
  return std::to_string(number);
}

// Redis refuses names with spaces, line breaks and anything outside printable ASCII.
std::string session_name(std::string text) {
  for (char& c : text) {
    if (c < '!' || c > '~') {
      c = '-';
    }
  }
  return text;
}

class RedisDriver final : public Driver {
 public:
  std::string_view backend() const noexcept override { return "redis"; }

  Result<std::unique_ptr<Connection>> connect(const Endpoint& endpoint,
                                              const SessionSettings& settings,
                                              const Budget& budget) const override;

 private:
  Resolver resolver_;
};

Result<std::unique_ptr<Connection>> RedisDriver::connect(const Endpoint& endpoint,
                                                         const SessionSettings& settings,
                                                         const Budget& budget) const {
  auto database = database_of(endpoint);
  if (!database) {
    return tl::unexpected(std::move(database.error()));
  }
  const auto addresses = resolver_.resolve(endpoint.host, budget);
  if (!addresses) {
    return tl::unexpected(addresses.error());
  }
  auto socket = tcp_dial(*addresses, endpoint.port, settings.tcp_user_timeout, budget);
  if (!socket) {
    return tl::unexpected(std::move(socket.error()));
  }
  RedisContext context{redisConnectFd(socket->get())};
  if (!context) {
    return tl::unexpected(Error{ErrorKind::kLocalExhaustion, "connect", "out of memory"});
  }
  socket->release();
  auto connection =
      std::make_unique<RedisConnection>(std::move(context),
                                        RedisIdentity{.user = endpoint.user,
                                                      .password = endpoint.password,
                                                      .database = std::move(*database),
                                                      .name = session_name(settings.app_name)},
                                        settings);
  if (auto ready = connection->set_up(budget); !ready) {
    return tl::unexpected(std::move(ready.error()));
  }
  return connection;
}

}  // namespace

std::shared_ptr<const Driver> make_redis_driver() {
  return std::make_shared<RedisDriver>();
}

}  // namespace millpond::drivers
