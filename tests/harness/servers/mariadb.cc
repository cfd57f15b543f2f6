#include <fmt/format.h>

#include "millpond/tests/harness/servers/command.h"
#include "millpond/tests/harness/servers/servers.h"
#include "millpond/tests/harness/servers/spawn.h"
#include "millpond/tests/harness/servers/start.h"
#include "millpond/tests/harness/servers/unpack_template.h"

namespace millpond::harness {
namespace {

// Both names of this host: a TCP session comes from 127.0.0.1, which skip-name-resolve leaves as it
// is, and one over the socket from localhost.
constexpr char kSetUp[] =
    "create database {1};"
    "create user {0}@'127.0.0.1' identified by '{2}', {0}@'localhost' identified by '{2}';"
    "grant all on {1}.* to {0}@'127.0.0.1', {0}@'localhost';";

}  // namespace

MariaDb::MariaDb(const Options& options) {
  unpack_template("mariadb", directory_.path());
  const std::string directory = directory_.path();
  const std::string log = directory + "/mariadb.log";
  const auto server_on = [&](int port) -> Process::Options {
    std::vector<std::string> command{require_program("/usr/sbin/mariadbd", "mariadb-server"),
                                     "--no-defaults",
                                     "--datadir=" + directory + "/mariadb",
                                     "--socket=" + directory + "/my.sock",
                                     "--port=" + std::to_string(port),
                                     "--bind-address=127.0.0.1",
                                     "--skip-name-resolve",
                                     "--pid-file=" + directory + "/mariadb.pid",
                                     "--max-connections=" + std::to_string(options.max_connections),
                                     "--innodb-buffer-pool-size=16M",
                                     "--innodb-log-file-size=4M",
                                     "--innodb-flush-log-at-trx-commit=0",
                                     "--innodb-flush-method=nosync"};
    command.insert(command.end(), options.arguments.begin(), options.arguments.end());
    if (!options.tls.certificate.empty()) {
      command.insert(command.end(), {"--ssl-cert=" + options.tls.certificate.string(),
                                     "--ssl-key=" + options.tls.key.string()});
    }
    if (!options.tls.client_authority.empty()) {
      command.push_back("--ssl-ca=" + options.tls.client_authority.string());
    }
    // Not its orderly stop, which writes every page out: nothing here is worth the wait.
    return {.command = command, .log = log, .stop_signal = SIGKILL};
  };
  Started started = start_on_free_port(server_on, {.file = log, .text = "ready for connections"});
  port_ = started.port;
  process_ = std::move(started.process);
  sql(fmt::format(kSetUp, kUser, kDatabase, kPassword));
}

std::string MariaDb::sql(const std::string& statements) {
  return run_command(
      {.command = {require_program("/usr/bin/mariadb", "mariadb-client"), "--no-defaults", "-N",
                   "-B", "-u", "root", "-S", directory_.path() / "my.sock"},
       .input = statements});
}

}  // namespace millpond::harness
