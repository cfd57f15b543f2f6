// A password is rotated in the server while the file still has the old one: how often is it tried?
#include <fmt/format.h>

#include <fstream>
#include <string>
#include <string_view>

#include "millpond/tests/faults/outage.h"
#include "millpond/tests/faults/pace.h"
#include "millpond/tests/faults/rows.h"
#include "millpond/tests/faults/scene.h"
#include "millpond/tests/harness/servers/scratch_directory.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond::faults {
namespace {

using namespace std::chrono_literals;

constexpr auto kWatched = 2s;

std::int64_t failed_logins(harness::Postgres& postgres) {
  std::ifstream log{postgres.socket().parent_path() / "postgres.log"};
  std::int64_t failed = 0;
  for (std::string line; std::getline(log, line);) {
    const auto found = line.find("FATAL:  password authentication failed");
    failed += found == std::string::npos ? 0 : 1;
  }
  return failed;
}

void write_password(const std::filesystem::path& file, std::string_view password) {
  std::ofstream{file} << password << '\n';
}

std::string server_by_file(int port, const std::filesystem::path& file) {
  return fmt::format(
      "[server.db]\nbackend = \"postgres\"\nendpoint = \"127.0.0.1:{}/{}\"\nuser = \"{}\"\n"
      "password = \"${{file:{}}}\"\n",
      port, harness::kDatabase, harness::kUser, file.string());
}

// Of one rotation, with callers who go on asking.
std::int64_t rotate(harness::Postgres& postgres, PostgresSessions& sessions,
                    const std::filesystem::path& file, const std::string& fresh) {
  const Scene scene(server_by_file(postgres.port(), file) + pool_of("size = 4\n"));
  expect(eventually(10s, [&] { return scene.snapshot().idle == 4; }), "a full pool");
  const Callers callers(scene.pool(), {.threads = 8, .timeout = 200ms, .pause = 1ms});
  const std::int64_t before = failed_logins(postgres);
  postgres.sql(fmt::format("alter role {} password '{}'", harness::kUser, fresh));
  for (const int session : sessions.list()) {
    sessions.end(session);
  }
  pause(kWatched);
  const std::int64_t failed = failed_logins(postgres) - before;
  write_password(file, fresh);
  const std::int64_t served = callers.served();
  expect(eventually(30s, [&] { return callers.served() > served; }),
         "callers who are served by the new password");
  return failed;
}

}  // namespace

Measured credentials(const proof::Campaign& campaign) {
  harness::Postgres postgres;
  PostgresSessions sessions(postgres.port());
  const harness::ScratchDirectory directory;
  const std::filesystem::path file = directory.path() / "password";
  write_password(file, harness::kPassword);
  const std::int64_t rounds = repeats(campaign, 20, 1);
  std::int64_t most = 0;
  for (std::int64_t i = 0; i < rounds; ++i) {
    most = std::max(most, rotate(postgres, sessions, file, fmt::format("rotated-{}", i)));
  }
  return {.value = static_cast<double>(most),
          .text = std::to_string(most),
          .runs = rounds,
          .at_target = most <= 1};
}

}  // namespace millpond::faults
