#include "millpond/tests/proof/connects.h"

#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/secret.h"
#include "millpond/drivers/tls.h"
#include "millpond/tests/harness/servers/free_port.h"
#include "millpond/tests/harness/servers/silent_listener.h"

namespace millpond::proof {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

constexpr std::int64_t kConnects = 100'000;
constexpr std::int64_t kChunk = 400;
constexpr auto kAmple = 10s;
constexpr auto kNever = 2ms;
constexpr auto kPlain = 50ms;  // a server without TLS may wait for more of what it can't read

std::int64_t open_descriptors() {
  return std::distance(std::filesystem::directory_iterator{"/proc/self/fd"}, {});
}

std::int64_t heap_in_use() {
  return static_cast<std::int64_t>(::mallinfo2().uordblks);
}

class Connects {
 public:
  explicit Connects(Backend& backend) : backend_(backend) {
    drivers::Endpoint refused = backend.endpoint();
    refused.port = static_cast<std::uint16_t>(harness::free_port());
    drivers::Endpoint silent = backend.endpoint();
    silent.port = listener_.port();
    drivers::Endpoint encrypted = backend.endpoint();
    encrypted.tls.mode = drivers::TlsMode::kRequire;
    doors_ = {{refused, kAmple}, {silent, kNever}, {encrypted, kPlain}};
    if (!backend.endpoint().password.empty()) {
      drivers::Endpoint wrong = backend.endpoint();
      wrong.password = drivers::Secret{"not-the-password"};
      doors_.push_back({wrong, kAmple});
    }
    // What the libraries allocate once is no leak.
    for (int i = 0; i < kWarmUp; ++i) {
      static_cast<void>(opens(doors_[static_cast<std::size_t>(i) % doors_.size()]));
    }
    heap_ = heap_in_use();
  }

  Count play(std::int64_t count) {
    Count counted{.done = count};
    const std::int64_t before = open_descriptors();
    for (std::int64_t i = 0; i < count; ++i) {
      counted.failed += opens(doors_[next_++ % doors_.size()]) ? 1 : 0;
    }
    counted.bad = std::max<std::int64_t>(0, open_descriptors() - before);
    return counted;
  }

  std::int64_t heap_growth() const { return heap_in_use() - heap_; }

 private:
  struct Door {
    drivers::Endpoint endpoint;
    std::chrono::milliseconds budget;
  };

  static constexpr int kWarmUp = 200;

  bool opens(const Door& door) const {
    return backend_.driver()
        .connect(door.endpoint, {.app_name = "proof"}, drivers::Budget{door.budget})
        .has_value();
  }

  Backend& backend_;
  harness::SilentListener listener_;
  std::vector<Door> doors_;
  std::size_t next_ = 0;
  std::int64_t heap_ = 0;
};

}  // namespace

void prove_connects(const Campaign& campaign, const Backends& backends) {
  Connects connects(*backends.front());
  const std::string key = fmt::format("connects.{}", backends.front()->name());
  campaign.run({.key = key, .whole = kConnects, .chunk = kChunk},
               [&](sim::Random&, std::int64_t count) { return connects.play(count); });
  std::cerr << fmt::format("   {}: the heap grew by {} bytes in this run\n", key,
                           connects.heap_growth());
}

}  // namespace millpond::proof
