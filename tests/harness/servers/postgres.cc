#include <algorithm>
#include <chrono>
#include <string>

#include "millpond/tests/harness/servers/command.h"
#include "millpond/tests/harness/servers/servers.h"
#include "millpond/tests/harness/servers/spawn.h"
#include "millpond/tests/harness/servers/start.h"
#include "millpond/tests/harness/servers/unpack_template.h"

namespace millpond::harness {
namespace {

std::string newest_postgres() {
  std::filesystem::path newest = "/usr/lib/postgresql/15";
  int newest_major = 0;
  std::error_code ignored;
  for (const auto& version : std::filesystem::directory_iterator("/usr/lib/postgresql", ignored)) {
    const int major = std::atoi(version.path().filename().c_str());
    if (major > newest_major) {
      newest_major = major;
      newest = version.path();
    }
  }
  return require_program(newest / "bin/postgres", "postgresql");
}

struct Psql {
  std::string directory;
  int port;
  std::string database;

  std::string run(const std::string& statements) const {
    return run_command(
        {.command = {require_program("/usr/bin/psql", "postgresql-client"), "-XAtq", "-v",
                     "ON_ERROR_STOP=1", "-h", directory, "-p", std::to_string(port), "-U",
                     "postgres", "-d", database, "-f", "-"},
         .input = statements});
  }
};

std::vector<std::string> tls_settings(const TlsFiles& tls) {
  if (tls.certificate.empty()) {
    return {};
  }
  return {"ssl=on", "ssl_cert_file=" + tls.certificate.string(), "ssl_key_file=" + tls.key.string(),
          "ssl_ca_file=" + tls.client_authority.string()};
}

std::string quoted(const char* text) {
  return std::string{"'"} + text + "'";
}

}  // namespace

Postgres::Postgres(const Options& options) {
  unpack_template("postgres", directory_.path());
  const std::filesystem::path data = directory_.path() / "postgres";
  const auto server_on = [&](int port) -> Process::Options {
    std::vector<std::string> command{
        newest_postgres(), "-D", data, "-p", std::to_string(port), "-k", directory_.path()};
    for (const std::string& setting :
         {std::string{"listen_addresses=127.0.0.1"}, std::string{"fsync=off"},
          std::string{"shared_buffers=16MB"}, std::string{"dynamic_shared_memory_type=mmap"},
          "max_connections=" + std::to_string(options.max_connections)}) {
      command.insert(command.end(), {"-c", setting});
    }
    for (const std::string& setting : tls_settings(options.tls)) {
      command.insert(command.end(), {"-c", setting});
    }
    // SIGQUIT is its immediate stop; SIGKILL would leave shared memory behind.
    return {.command = command, .log = directory_.path() / "postgres.log", .stop_signal = SIGQUIT};
  };
  const auto serve = [&] {
    // It listens before it serves; the last line of its pid file says which.
    Started started =
        start_on_free_port(server_on, {.file = data / "postmaster.pid", .text = "\nready"});
    port_ = started.port;
    process_ = std::move(started.process);
  };
  serve();
  Psql{directory_.path(), port_, "postgres"}.run(
      std::string{"create role "} + kUser + " login password " + quoted(kPassword) +
      "; create database " + kDatabase + " owner " + kUser + ";");
  if (options.standby) {
    process_.signal(SIGINT);  // its orderly stop, after which recovery has nothing to wait for
    process_.exited_within(std::chrono::seconds{30});
    run_command({.command = {"/usr/bin/touch", data / "standby.signal"}});
    serve();
  }
}

std::filesystem::path Postgres::socket() const {
  return directory_.path() / (".s.PGSQL." + std::to_string(port_));
}

std::string Postgres::sql(const std::string& statements) {
  return Psql{directory_.path(), port_, kDatabase}.run(statements);
}

}  // namespace millpond::harness
