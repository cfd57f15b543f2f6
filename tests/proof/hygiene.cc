#include "millpond/tests/proof/hygiene.h"

#include <fmt/format.h>

#include <exception>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "millpond/tests/proof/pond.h"

namespace millpond::proof {
namespace {

using drivers::Connection;

constexpr std::int64_t kSequences = 100'000;
constexpr std::int64_t kChunk = 2000;
constexpr int kMostPoisons = 3;
constexpr double kKilled = 1.0 / 32;
constexpr int kTries = 3;

class Hygiene {
 public:
  Hygiene(Backend& backend, const std::string& mode)
      : backend_(backend),
        pond_(backend, fmt::format("size = 1\nreset = \"{}\"\nacquire_timeout = \"20s\"\n"
                                   "read_timeout = \"200ms\"\nreset_timeout = \"5s\"\n",
                                   mode)) {
    for (Act& poison : backend.poisons()) {
      if (poison.seen || mode == "full") {
        poisons_.push_back(std::move(poison));
      }
    }
    const auto seen = look();
    if (!seen) {
      throw std::runtime_error(fmt::format("{}: no session to begin with", backend.name()));
    }
    virgin_ = *seen;
  }

  Count play(sim::Random& random, std::int64_t count) {
    Count counted{.done = count};
    for (std::int64_t i = 0; i < count; ++i) {
      const std::string left = leave(random);
      const auto seen = look();
      if (!seen) {
        ++counted.failed;
        report(left, "no living session");
      } else if (*seen != virgin_) {
        ++counted.bad;
        report(left, *seen);
        give_up();
      }
    }
    return counted;
  }

 private:
  // What a stranger did, for a report.
  std::string leave(sim::Random& random) {
    std::string session;
    std::string left;
    const auto borrowed = pond_.borrow([&](Connection& connection) {
      try {
        session = backend_.session_of(connection);
        for (auto acts = random.between(1, kMostPoisons); acts > 0; --acts) {
          const Act& act = poisons_[random.below(poisons_.size())];
          left += "   " + act.name + '\n';
          act.play(connection, 0);
        }
      } catch (const std::exception& error) {  // a stranger who catches, and gives it back
        left += fmt::format("   ({})\n", error.what());
      }
      if (random.chance(kKilled)) {
        left += "   killed\n";
        backend_.end(session);
      }
    });
    if (borrowed && random.chance(kKilled)) {
      left += "   killed when idle\n";
      backend_.end(session);
    }
    return left;
  }

  // Nothing where each session that was lent was a dead one.
  std::optional<std::string> look() {
    for (int i = 0; i < kTries; ++i) {
      try {
        std::string seen;
        const auto borrowed =
            pond_.borrow([&](Connection& connection) { seen = backend_.look(connection); });
        if (borrowed) {
          return seen;
        }
        why_ = borrowed.error().message();
      } catch (const std::exception& error) {
        why_ = error.what();
      }
    }
    return std::nullopt;
  }

  // So that the next sequence starts on another session.
  void give_up() {
    try {
      pond_.borrow([](Connection&) { throw std::runtime_error("given up"); });
    } catch (const std::runtime_error&) {
      return;
    }
  }

  void report(const std::string& left, const std::string& seen) const {
    std::cerr << fmt::format("{}: a stranger left\n{}   and the next saw: {}\n   virgin: {}\n{}\n",
                             backend_.name(), left, seen, virgin_, why_);
  }

  Backend& backend_;
  Pond pond_;
  std::vector<Act> poisons_;
  std::string virgin_;
  std::string why_;
};

}  // namespace

void prove_hygiene(const Campaign& campaign, const Backends& backends) {
  for (const std::string mode : {"full", "auto"}) {
    std::vector<Campaign::Play> players;
    for (const auto& backend : backends) {
      players.emplace_back(
          [hygiene = std::make_shared<Hygiene>(*backend, mode)](
              sim::Random& random, std::int64_t count) { return hygiene->play(random, count); });
    }
    campaign.run({.key = fmt::format("hygiene.{}.{}", backends.front()->name(), mode),
                  .whole = kSequences,
                  .chunk = kChunk},
                 players);
  }
}

}  // namespace millpond::proof
