// Pools of HTTP connections to a real server.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

#include "millpond/millpond.h"
#include "millpond/tests/harness/servers/scratch_directory.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond {
namespace {

std::ptrdiff_t open_descriptors() {
  return std::distance(std::filesystem::directory_iterator{"/proc/self/fd"}, {});
}

class HttpPoolTest : public testing::Test {
 protected:
  HttpPoolTest() : registry_(open(policy())) {}

  std::string policy() {
    std::ofstream{server_.files() / "large"} << std::string(2'000'000, 'x');
    std::string path = directory_.path() / "pools.toml";
    std::ofstream{path} << fmt::format(
        "version = 1\n[server.web]\nbackend = \"http\"\nendpoint = \"http://127.0.0.1:{}\"\n"
        "[pool.web]\nserver = \"web\"\nsize = 1\nacquire_timeout = \"10s\"\n",
        server_.port());
    return path;
  }

  harness::ScratchDirectory directory_;
  harness::Nginx server_;
  Registry registry_;
};

TEST_F(HttpPoolTest, AnUnreadBodyNeverCostsAPlaceInThePool) {
  auto web = registry_.pool<Http>("web");
  const HttpRequest large{.path = "/files/large"};
  {
    auto lease = web.acquire();
    ASSERT_TRUE(lease);
    ASSERT_TRUE(lease->connection().get("/status"));
  }
  const auto before = open_descriptors();
  for (int i = 0; i < 30; ++i) {
    auto lease = web.acquire();
    ASSERT_TRUE(lease) << "round " << i << ": " << lease.error().message();
    auto& http = lease->connection();
    if (i % 2 == 0) {
      const auto enough = http.stream(large, [](std::string_view) { return false; });
      EXPECT_TRUE(enough && enough->status == 200);
    } else {
      EXPECT_THROW((void)http.stream(
                       large, [](std::string_view) -> bool { throw std::runtime_error{"full"}; }),
                   std::runtime_error);
    }
  }
  auto lease = web.acquire();
  ASSERT_TRUE(lease);
  std::size_t received = 0;
  ASSERT_TRUE(lease->connection().stream(large, [&](std::string_view piece) {
    received += piece.size();
    return true;
  }));
  EXPECT_EQ(received, 2'000'000U);
  EXPECT_EQ(open_descriptors(), before);
}

}  // namespace
}  // namespace millpond
