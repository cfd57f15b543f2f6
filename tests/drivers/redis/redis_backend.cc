#include "millpond/tests/drivers/redis/redis_backend.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>

#include <cstdint>

#include "millpond/drivers/redis/driver.h"
#include "millpond/drivers/redis/redis.h"

namespace millpond::drivers {

RedisBackend::RedisBackend(const harness::Redis::Options& options)
    : server_(options), driver_(make_redis_driver()) {
  ::signal(SIGPIPE, SIG_IGN);  // as the registry does
}

Endpoint RedisBackend::endpoint() const {
  Endpoint endpoint;
  endpoint.host = "127.0.0.1";
  endpoint.port = static_cast<std::uint16_t>(server_.port());
  endpoint.password = Secret{harness::kPassword};
  return endpoint;
}

// Its own address, by which CLIENT LIST and CLIENT KILL know it: asking the server by a command
// would count as a use of the session.
std::string RedisBackend::session_of(Connection& connection) const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(connection.watch_fd(), reinterpret_cast<sockaddr*>(&address), &size);
  return "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
}

bool RedisBackend::lists(const std::string& session) {
  return server_.command({"CLIENT", "LIST"}).find(" addr=" + session + " ") != std::string::npos;
}

void RedisBackend::end(const std::string& session) {
  server_.command({"CLIENT", "KILL", "ADDR", session});
}

void RedisBackend::freeze(const std::string&) {
  server_.process().signal(SIGSTOP);
}

void RedisBackend::thaw(const std::string&) {
  server_.process().signal(SIGCONT);
}

void RedisBackend::dirty(Connection& connection) const {
  Redis::handle(connection).command({"SELECT", "7"});
  Redis::handle(connection).command({"SET", "where", "database 7"});
}

bool RedisBackend::is_dirty(Connection& connection) const {
  const auto reply = Redis::handle(connection).command({"GET", "where"});
  return !reply || reply->text() == "database 7";
}

}  // namespace millpond::drivers
