// The simulator's command: `sim --events N --seed S [--run K] [--trace]`.
#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string_view>
#include <vector>

#include "millpond/tests/sim/campaign.h"

namespace millpond::sim {
namespace {

constexpr std::string_view kUsage =
    "sim [--events N] [--seed S] [--run K] [--trace]\n"
    "  simulates pools in virtual time until N events have happened (1000000), from seed S (1);\n"
    "  --run K: only the K-th simulation; --trace: prints each of its steps\n";

using Clock = std::chrono::steady_clock;

// Says how far it is, every few seconds.
class Progress {
 public:
  void operator()(std::int64_t runs, const Tally& so_far) {
    const Clock::time_point now = Clock::now();
    if (now < next_) {
      return;
    }
    next_ = now + std::chrono::seconds{5};
    std::cerr << fmt::format("   {:>5.0f} s  {} pools, {:.1f} million events\n",
                             std::chrono::duration<double>(now - began_).count(), runs,
                             static_cast<double>(so_far.events()) / 1e6);
  }

  double seconds() const { return std::chrono::duration<double>(Clock::now() - began_).count(); }

 private:
  Clock::time_point began_ = Clock::now();
  Clock::time_point next_ = began_ + std::chrono::seconds{5};
};

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional{value}
                                                                  : std::nullopt;
}

std::optional<Campaign::Options> read(const std::vector<std::string_view>& words) {
  Campaign::Options options;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--trace") {
      options.trace = &std::cout;
      continue;
    }
    const auto value = i + 1 < words.size() ? number(words[i + 1]) : std::nullopt;
    if (!value) {
      return std::nullopt;
    }
    if (words[i] == "--events") {
      options.events = static_cast<std::int64_t>(*value);
    } else if (words[i] == "--seed") {
      options.seed = *value;
    } else if (words[i] == "--run") {
      options.only_run = static_cast<std::int64_t>(*value);
    } else {
      return std::nullopt;
    }
    ++i;
  }
  return options;
}

int simulate(Campaign::Options options) {
  Progress progress;
  options.on_progress = [&progress](std::int64_t runs, const Tally& so_far) {
    progress(runs, so_far);
  };
  const std::uint64_t seed = options.seed;
  const Campaign::Result result = Campaign(std::move(options)).run(std::cerr);
  result.tally.print(std::cout);
  const double seconds = progress.seconds();
  std::cout << fmt::format("seed {}: {} pools in {:.1f} s, {:.2f} million events a second\n", seed,
                           result.runs, seconds,
                           static_cast<double>(result.tally.events()) / 1e6 / seconds);
  std::cout << fmt::format("figure prove.sim_events {}\nfigure prove.sim_failures {}\n",
                           result.tally.events(), result.failures);
  return result.failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace millpond::sim

int main(int argc, char** argv) {
  const auto options = millpond::sim::read({argv + 1, argv + argc});
  if (!options) {
    std::cerr << millpond::sim::kUsage;
    return 2;
  }
  return millpond::sim::simulate(*options);
}
