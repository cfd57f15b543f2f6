// A service of another monorepo: one Redis workload, one PING. Prints what the server answers.
//
//   bazel run //service -- "$PWD/pools.toml"
#include <chrono>
#include <iostream>

#include "millpond/millpond.h"
#include "pools/pool.h"

namespace {

using namespace std::chrono_literals;

// The monorepo's own pools/pool.h, not Millpond's: a folder of the same name is in nobody's way.
constexpr pools::Pool kBestSeller{.litres = 40'000};

int ping(const millpond::Registry& registry) {
  auto sessions = registry.pool<millpond::Redis>("sessions");
  auto lease = sessions.acquire({.timeout = 5s});
  if (!lease) {
    std::cerr << lease.error().message() << '\n';
    return 1;
  }
  const auto reply = lease->connection().command({"PING"});
  if (!reply) {
    std::cerr << reply.error().message << '\n';
    return 1;
  }
  std::cout << "a shop for pools of " << kBestSeller.litres << " litres: " << reply->text() << '\n';
  return reply->text() == "PONG" ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: service POOLS.TOML\n";
    return 2;
  }
  try {
    return ping(millpond::open(argv[1]));
  } catch (const millpond::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
