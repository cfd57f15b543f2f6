#include "millpond/tests/harness/servers/command.h"
#include "millpond/tests/harness/servers/servers.h"
#include "millpond/tests/harness/servers/spawn.h"
#include "millpond/tests/harness/servers/start.h"

namespace millpond::harness {
namespace {

std::vector<std::string> listening_on(int port, const TlsFiles& tls) {
  if (tls.certificate.empty()) {
    return {"--port", std::to_string(port)};
  }
  std::vector<std::string> arguments{"--port",
                                     "0",
                                     "--tls-port",
                                     std::to_string(port),
                                     "--tls-cert-file",
                                     tls.certificate,
                                     "--tls-key-file",
                                     tls.key,
                                     "--tls-auth-clients",
                                     tls.client_authority.empty() ? "no" : "yes"};
  const auto& authority = tls.client_authority.empty() ? tls.certificate : tls.client_authority;
  arguments.insert(arguments.end(), {"--tls-ca-cert-file", authority});
  return arguments;
}

}  // namespace

Redis::Redis(const Options& options) {
  const std::filesystem::path log = directory_.path() / "redis.log";
  const auto server_on = [&](int port) -> Process::Options {
    std::vector<std::string> command{require_program("/usr/bin/redis-server", "redis-server"),
                                     "--bind",
                                     "127.0.0.1",
                                     "--requirepass",
                                     kPassword,
                                     "--save",
                                     "",
                                     "--appendonly",
                                     "no",
                                     "--dir",
                                     directory_.path(),
                                     "--unixsocket",
                                     socket(),
                                     "--unixsocketperm",
                                     "777"};
    command.insert(command.end(), options.arguments.begin(), options.arguments.end());
    const std::vector<std::string> listening = listening_on(port, options.tls);
    command.insert(command.end(), listening.begin(), listening.end());
    return {.command = command, .log = log};
  };
  Started started =
      start_on_free_port(server_on, {.file = log, .text = "Ready to accept connections"});
  port_ = started.port;
  process_ = std::move(started.process);
}

std::string Redis::command(const std::vector<std::string>& arguments) {
  std::vector<std::string> command{require_program("/usr/bin/redis-cli", "redis-tools"), "-e", "-s",
                                   socket()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run_command(
      {.command = command, .environment = {std::string{"REDISCLI_AUTH="} + kPassword}});
}

}  // namespace millpond::harness
