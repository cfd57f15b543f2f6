#include "millpond/drivers/redis/driver.h"

#include <hiredis/hiredis.h>

#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "millpond/drivers/net/file_descriptor.h"
#include "millpond/drivers/net/resolve.h"
#include "millpond/drivers/net/tcp_dial.h"
#include "millpond/drivers/net/tls_channel.h"
#include "millpond/drivers/net/unix_dial.h"
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
  Result<FileDescriptor> dial_socket(const Endpoint& endpoint, const SessionSettings& settings,
                                     const Budget& budget) const;
  Result<RedisWire> dial(const Endpoint& endpoint, const SessionSettings& settings,
                         const Budget& budget) const;

  Resolver resolver_;
};

Result<FileDescriptor> RedisDriver::dial_socket(const Endpoint& endpoint,
                                                const SessionSettings& settings,
                                                const Budget& budget) const {
  if (endpoint.is_unix()) {
    return unix_dial(endpoint.host, budget);
  }
  const auto addresses = resolver_.resolve(endpoint.host, budget);
  if (!addresses) {
    return tl::unexpected(addresses.error());
  }
  return tcp_dial(*addresses, endpoint.port, settings.tcp_user_timeout, budget);
}

Result<RedisWire> RedisDriver::dial(const Endpoint& endpoint, const SessionSettings& settings,
                                    const Budget& budget) const {
  auto socket = dial_socket(endpoint, settings, budget);
  if (!socket) {
    return tl::unexpected(std::move(socket.error()));
  }
  std::optional<TlsChannel> tls;
  if (endpoint.tls.mode != TlsMode::kOff) {
    auto channel = TlsChannel::connect(socket->get(), endpoint.tls, endpoint.host, budget);
    if (!channel) {
      return tl::unexpected(std::move(channel.error()));
    }
    tls = *std::move(channel);
  }
  RedisContext context{redisConnectFd(socket->get())};
  if (!context) {
    return tl::unexpected(Error{ErrorKind::kLocalExhaustion, "connect", "out of memory"});
  }
  socket->release();
  return RedisWire{std::move(context), std::move(tls)};
}

Result<std::unique_ptr<Connection>> RedisDriver::connect(const Endpoint& endpoint,
                                                         const SessionSettings& settings,
                                                         const Budget& budget) const {
  auto database = database_of(endpoint);
  if (!database) {
    return tl::unexpected(std::move(database.error()));
  }
  auto wire = dial(endpoint, settings, budget);
  if (!wire) {
    return tl::unexpected(std::move(wire.error()));
  }
  auto connection =
      std::make_unique<RedisConnection>(*std::move(wire),
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
