// Real servers for tests, benches and demos: each starts on a free loopback port under a temporary
// folder as an unprivileged user, is ready when its constructor returns (well under a second), and
// is gone when the object is, or when the process that made it dies, however it dies.
//
// Not thread-safe; make them on a thread that outlives them (the kernel ties a server's life to the
// thread that forked it). Constructors throw std::runtime_error with the server's own log.
//
//   harness::Postgres postgres;
//   auto endpoint = fmt::format("127.0.0.1:{}/{}", postgres.port(), harness::kDatabase);
//   postgres.sql("select pg_terminate_backend(42)");
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "millpond/tests/harness/servers/process.h"
#include "millpond/tests/harness/servers/scratch_directory.h"
#include "millpond/tests/harness/servers/tls_files.h"

namespace millpond::harness {

// The account every server below accepts over TCP, with this password only.
inline constexpr char kUser[] = "millpond";
inline constexpr char kPassword[] = "pond-weed-42";
inline constexpr char kDatabase[] = "millpond";

class Postgres {
 public:
  struct Options {
    int max_connections = 100;
    TlsFiles tls = {};     // offers TLS beside plain connections
    bool standby = false;  // in recovery, taking reads only, as a server that follows a primary is
  };
  Postgres() : Postgres(Options{}) {}
  explicit Postgres(const Options& options);

  int port() const { return port_; }
  // The Unix socket; kUser is admitted without a password.
  std::filesystem::path socket() const;
  // Runs statements as the superuser over the Unix socket (psql); returns its rows, "|" between
  // columns, one line each. Throws std::runtime_error with psql's message.
  std::string sql(const std::string& statements);
  Process& process() { return process_; }

 private:
  ScratchDirectory directory_;
  int port_ = 0;
  Process process_;
};

class MariaDb {
 public:
  struct Options {
    int max_connections = 151;
    std::vector<std::string> arguments = {};  // more of them for mariadbd
    TlsFiles tls = {};                        // offers TLS beside plain connections
  };
  MariaDb() : MariaDb(Options{}) {}
  explicit MariaDb(const Options& options);

  int port() const { return port_; }
  // The Unix socket; kUser is admitted by password.
  std::filesystem::path socket() const { return directory_.path() / "my.sock"; }
  // As Postgres::sql, by the mariadb client; columns are separated by tabs.
  std::string sql(const std::string& statements);
  Process& process() { return process_; }

 private:
  ScratchDirectory directory_;
  int port_ = 0;
  Process process_;
};

class Redis {
 public:
  struct Options {
    std::vector<std::string> arguments = {};  // more of them for redis-server
    TlsFiles tls = {};                        // on port(), where nothing else is spoken then
  };
  Redis() : Redis(Options{}) {}
  explicit Redis(const Options& options);

  int port() const { return port_; }
  std::filesystem::path socket() const { return directory_.path() / "redis.sock"; }
  // Runs one command by redis-cli; returns what it prints.
  std::string command(const std::vector<std::string>& arguments);
  Process& process() { return process_; }

 private:
  ScratchDirectory directory_;
  int port_ = 0;
  Process process_;
};

// nginx: GET and PUT (WebDAV) under /files/, /status (stub_status), keep-alive 60 s; /echo answers
// with the head of the request, /slow after 50 ms, /cookie with a Set-Cookie.
class Nginx {
 public:
  struct Options {
    TlsFiles tls = {};  // on port(), where nothing else is spoken then
  };
  Nginx() : Nginx(Options{}) {}
  explicit Nginx(const Options& options);

  int port() const { return port_; }
  std::filesystem::path socket() const { return directory_.path() / "nginx.sock"; }
  // The folder behind /files/: what was PUT lies here.
  std::filesystem::path files() const;
  // One line per finished request: "GET /files/a 200".
  std::string access_log() const;
  Process& process() { return process_; }

 private:
  ScratchDirectory directory_;
  int port_ = 0;
  Process process_;
};

}  // namespace millpond::harness
