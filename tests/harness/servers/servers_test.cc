#include "millpond/tests/harness/servers/servers.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <fstream>
#include <memory>
#include <string>

#include "millpond/tests/harness/servers/certificates.h"
#include "millpond/tests/harness/servers/command.h"
#include "millpond/tests/harness/servers/process.h"
#include "millpond/tests/harness/servers/scratch_directory.h"
#include "millpond/tests/harness/servers/silent_listener.h"

namespace millpond::harness {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

// A socket connected to 127.0.0.1:port, or -1.
int connected_to(int port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    return descriptor;
  }
  close(descriptor);
  return -1;
}

bool listens(int port) {
  const int descriptor = connected_to(port);
  close(descriptor);
  return descriptor >= 0;
}

std::string http(int port, const std::string& request) {
  const int descriptor = connected_to(port);
  EXPECT_EQ(write(descriptor, request.data(), request.size()),
            static_cast<ssize_t>(request.size()));
  std::string answer;
  std::array<char, 4096> bytes;
  for (pollfd readable{descriptor, POLLIN, 0}; poll(&readable, 1, 5000) > 0;) {
    const ssize_t size = read(descriptor, bytes.data(), bytes.size());
    if (size <= 0) {
      break;
    }
    answer.append(bytes.data(), static_cast<std::size_t>(size));
  }
  close(descriptor);
  return answer;
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\r'));
}

std::string put(int port, const std::string& path, const std::string& body) {
  return first_line(http(port, "PUT " + path +
                                   " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                                   "Content-Length: " +
                                   std::to_string(body.size()) + "\r\n\r\n" + body));
}

std::string get(int port, const std::string& path) {
  return http(port, "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
}

TEST(Postgres, ServesItsSuperuserAndThePasswordUserAndIsGoneAfterwards) {
  auto postgres = std::make_unique<Postgres>();
  EXPECT_EQ(postgres->sql("select 1, 'two'; select 3"), "1|two\n3\n");
  const auto as_user = [&](const std::string& password) {
    return run_command({.command = {"/usr/bin/psql", "-XAtq", "-w", "-h", "127.0.0.1", "-p",
                                    std::to_string(postgres->port()), "-U", kUser, "-d", kDatabase,
                                    "-c", "create table t(); select current_user"},
                        .environment = {"PGPASSWORD=" + password}});
  };
  EXPECT_EQ(as_user(kPassword), "millpond\n");
  EXPECT_THROW(as_user("wrong"), std::runtime_error);
  EXPECT_EQ(postgres->sql("select rolsuper from pg_roles where rolname = 'millpond'"), "f\n");
  const int port = postgres->port();
  postgres.reset();
  EXPECT_FALSE(listens(port));
}

TEST(Postgres, SaysWhatIsWrongWithAStatement) {
  Postgres postgres{{.max_connections = 7}};
  EXPECT_EQ(postgres.sql("show max_connections"), "7\n");
  try {
    postgres.sql("select * from nowhere");
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string{error.what()}.find("relation \"nowhere\" does not exist"),
              std::string::npos)
        << error.what();
  }
}

TEST(MariaDb, ServesRootAndThePasswordUserAndIsGoneAfterwards) {
  auto mariadb = std::make_unique<MariaDb>(MariaDb::Options{.max_connections = 12});
  EXPECT_EQ(mariadb->sql("select @@max_connections, 'two'; select 3"), "12\ttwo\n3\n");
  const auto as_user = [&](const std::string& password) {
    return run_command({.command = {"/usr/bin/mariadb", "--no-defaults", "-N", "-B", "-h",
                                    "127.0.0.1", "-P", std::to_string(mariadb->port()), "-u", kUser,
                                    kDatabase, "-e", "create table t(n int); select user()"},
                        .environment = {"MYSQL_PWD=" + password}});
  };
  EXPECT_EQ(as_user(kPassword), "millpond@127.0.0.1\n");
  EXPECT_THROW(as_user("wrong"), std::runtime_error);
  const int port = mariadb->port();
  mariadb.reset();
  EXPECT_FALSE(listens(port));
}

TEST(Redis, AnswersWithItsPasswordAndIsGoneAfterwards) {
  auto redis = std::make_unique<Redis>();
  EXPECT_EQ(redis->command({"SET", "key", "a value"}), "OK\n");
  EXPECT_EQ(redis->command({"GET", "key"}), "a value\n");
  EXPECT_THROW(redis->command({"NONSENSE"}), std::runtime_error);
  EXPECT_THROW(run_command({.command = {"/usr/bin/redis-cli", "-e", "-p",
                                        std::to_string(redis->port()), "PING"}}),
               std::runtime_error);
  const int port = redis->port();
  redis.reset();
  EXPECT_FALSE(listens(port));
}

TEST(Nginx, StoresWhatIsPutAndIsGoneAfterwards) {
  auto nginx = std::make_unique<Nginx>();
  const int port = nginx->port();
  EXPECT_EQ(put(port, "/files/orders/1", "ten"), "HTTP/1.1 201 Created");
  EXPECT_EQ(put(port, "/files/orders/1", "ten"), "HTTP/1.1 204 No Content");
  EXPECT_NE(get(port, "/files/orders/1").find("\r\n\r\nten"), std::string::npos);
  EXPECT_EQ(first_line(get(port, "/nowhere")), "HTTP/1.1 404 Not Found");
  EXPECT_NE(get(port, "/status").find("Active connections: 1"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(nginx->files() / "orders/1"));
  EXPECT_EQ(nginx->access_log(),
            "PUT /files/orders/1 201\nPUT /files/orders/1 204\nGET /files/orders/1 200\n"
            "GET /nowhere 404\nGET /status 200\n");
  nginx.reset();
  EXPECT_FALSE(listens(port));
}

// Shakes hands with the server as a caller who trusts the test's authority only.
std::string shake_hands(const Certificates& certificates, int port, const std::string& protocol) {
  std::vector<std::string> command{"/usr/bin/openssl",
                                   "s_client",
                                   "-connect",
                                   "127.0.0.1:" + std::to_string(port),
                                   "-verify_return_error",
                                   "-CAfile",
                                   certificates.authority()};
  if (!protocol.empty()) {
    command.insert(command.end(), {"-starttls", protocol});
  }
  return run_command({.command = command});
}

TEST(Certificates, LetEveryServerSpeakTls) {
  const Certificates certificates;
  const std::string proven = "Verification: OK";
  const auto shake = [&](const auto& server, const std::string& protocol) {
    return shake_hands(certificates, server.port(), protocol);
  };
  const TlsFiles tls = certificates.server();
  EXPECT_NE(shake(Postgres{{.tls = tls}}, "postgres").find(proven), std::string::npos);
  EXPECT_NE(shake(MariaDb{{.tls = tls}}, "mysql").find(proven), std::string::npos);
  EXPECT_NE(shake(Redis{{.tls = tls}}, "").find(proven), std::string::npos);
  EXPECT_NE(shake(Nginx{{.tls = tls}}, "").find(proven), std::string::npos);
  EXPECT_THROW(shake(Nginx{{.tls = certificates.expired()}}, ""), std::runtime_error);
  EXPECT_THROW(shake(Nginx{{.tls = certificates.of_a_stranger()}}, ""), std::runtime_error);
}

TEST(Process, AFrozenServerIsKilledAfterItsDeadline) {
  ScratchDirectory directory;
  Process deaf{{.command = {"/bin/sh", "-c", "trap '' TERM; echo ready; while :; do sleep 9; done"},
                .log = directory.path() / "log",
                .stop_within = 100ms}};
  while (deaf.log_text() != "ready\n") {
    ASSERT_FALSE(deaf.exited_within(5ms));
  }
  const pid_t pid = deaf.pid();
  deaf.stop();
  EXPECT_FALSE(deaf.running());
  EXPECT_NE(kill(pid, 0), 0);
}

TEST(Process, ACommandThatCannotBeExecutedSaysSo) {
  EXPECT_THROW(run_command({.command = {"/no/such/program"}}), std::runtime_error);
  EXPECT_THROW(run_command({.command = {"/bin/sleep", "30"}, .patience = 50ms}),
               std::runtime_error);
}

TEST(ScratchDirectory, GoesWithItsObject) {
  std::filesystem::path path;
  {
    ScratchDirectory directory;
    path = directory.path();
    std::ofstream{path / "file"} << "text";
    EXPECT_TRUE(std::filesystem::exists(path / "file"));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(SilentListener, AcceptsAndNeverAnswers) {
  SilentListener silent;
  const int descriptor = connected_to(silent.port());
  ASSERT_GE(descriptor, 0);
  pollfd readable{descriptor, POLLIN, 0};
  EXPECT_EQ(poll(&readable, 1, 50), 0);
  close(descriptor);
}

struct Pids {
  pid_t redis;
  pid_t postgres;
  pid_t nginx;
  char directory[64];
};

// What a test does that is killed in the middle; reports to `pipe`.
[[noreturn]] void make_servers_and_wait(int pipe) {
  try {
    ScratchDirectory directory;
    Redis redis;
    Postgres postgres;
    Nginx nginx;
    Pids pids{redis.process().pid(), postgres.process().pid(), nginx.process().pid(), {}};
    directory.path().string().copy(pids.directory, sizeof pids.directory - 1);
    (void)!write(pipe, &pids, sizeof pids);
    pause();
  } catch (const std::exception& error) {
    fprintf(stderr, "%s\n", error.what());
  }
  _exit(1);
}

// Orphans belong to another parent, so their end is seen by descriptor, not by waitpid().
bool ends_within(int pid_descriptor, std::chrono::milliseconds patience) {
  pollfd end{pid_descriptor, POLLIN, 0};
  const bool ended = poll(&end, 1, static_cast<int>(patience.count())) == 1;
  close(pid_descriptor);
  return ended;
}

int watch(pid_t pid) {
  return static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
}

TEST(Servers, DieWithAKilledMakerAndTheirFolderIsSweptLater) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const pid_t maker = fork();
  if (maker == 0) {
    make_servers_and_wait(ends[1]);
  }
  close(ends[1]);
  Pids pids{};
  ASSERT_EQ(read(ends[0], &pids, sizeof pids), static_cast<ssize_t>(sizeof pids));
  close(ends[0]);
  const int redis = watch(pids.redis);
  const int postgres = watch(pids.postgres);
  const int nginx = watch(pids.nginx);
  kill(maker, SIGKILL);
  waitpid(maker, nullptr, 0);
  EXPECT_TRUE(ends_within(redis, 10s));
  EXPECT_TRUE(ends_within(postgres, 10s));
  EXPECT_TRUE(ends_within(nginx, 10s));

  EXPECT_TRUE(std::filesystem::exists(pids.directory));
  ScratchDirectory sweeps;
  EXPECT_FALSE(std::filesystem::exists(pids.directory));
}

}  // namespace
}  // namespace millpond::harness
