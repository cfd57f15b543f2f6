#include "millpond/tests/harness/servers/command.h"
#include "millpond/tests/harness/servers/servers.h"
#include "millpond/tests/harness/servers/spawn.h"
#include "millpond/tests/harness/servers/start.h"

namespace millpond::harness {

Redis::Redis() {
  const std::filesystem::path log = directory_.path() / "redis.log";
  const auto server_on = [&](int port) -> Process::Options {
    return {.command = {require_program("/usr/bin/redis-server", "redis-server"), "--port",
                        std::to_string(port), "--bind", "127.0.0.1", "--requirepass", kPassword,
                        "--save", "", "--appendonly", "no", "--dir", directory_.path()},
            .log = log};
  };
  Started started =
      start_on_free_port(server_on, {.file = log, .text = "Ready to accept connections"});
  port_ = started.port;
  process_ = std::move(started.process);
}

std::string Redis::command(const std::vector<std::string>& arguments) {
  std::vector<std::string> command{require_program("/usr/bin/redis-cli", "redis-tools"),
                                   "-e",
                                   "-h",
                                   "127.0.0.1",
                                   "-p",
                                   std::to_string(port_)};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run_command(
      {.command = command, .environment = {std::string{"REDISCLI_AUTH="} + kPassword}});
}

}  // namespace millpond::harness
