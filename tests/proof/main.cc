// The proofs of the drivers, on real servers: `proof [--scale X] [--only PART]… [--backend NAME]…`.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "millpond/tests/proof/backend.h"
#include "millpond/tests/proof/campaign.h"
#include "millpond/tests/proof/connects.h"
#include "millpond/tests/proof/hygiene.h"
#include "millpond/tests/proof/ledger.h"
#include "millpond/tests/proof/posts.h"
#include "millpond/tests/proof/storm.h"

namespace millpond::proof {
namespace {

struct Options {
  double scale = 1;
  std::uint64_t seed = 1;
  int servers = 4;  // of each backend, where a proof can be shared among threads
  std::vector<std::string> backends{"postgres", "mysql", "redis", "http"};
  std::vector<std::string> parts{"hygiene", "storm", "connects", "posts"};
  std::filesystem::path ledger{"drivers.ledger"};
};

struct Part {
  const char* name;
  const char* figure;
  std::vector<std::string> keys;  // of the ledger, {} for the backend
  std::function<void(const Campaign&, const Backends&)> prove;
  std::vector<std::string> backends{"postgres", "mysql", "redis", "http"};
  std::int64_t at_best = 0;  // the figure where nothing is bad
  bool may_fail = false;     // an honest failure is part of the play
};

const std::vector<Part>& all_parts() {
  static const std::vector<Part> parts{{.name = "hygiene",
                                        .figure = "hygiene.{}.leaks",
                                        .keys = {"hygiene.{}.full", "hygiene.{}.auto"},
                                        .prove = &prove_hygiene},
                                       {.name = "storm",
                                        .figure = "storm.{}.wrong_replies",
                                        .keys = {"storm.{}"},
                                        .prove = &prove_storm,
                                        .may_fail = true},
                                       {.name = "connects",
                                        .figure = "connects.{}.fds_leaked",
                                        .keys = {"connects.{}"},
                                        .prove = &prove_connects},
                                       {.name = "posts",
                                        .figure = "{}.post_sent_times",
                                        .keys = {"posts.{}"},
                                        .prove = &prove_posts,
                                        .backends = {"http"},
                                        .at_best = 1,
                                        .may_fail = true}};
  return parts;
}

std::unique_ptr<Backend> make(const std::string& name) {
  if (name == "postgres") {
    return make_postgres();
  }
  if (name == "mysql") {
    return make_mysql();
  }
  return name == "redis" ? make_redis() : make_http();
}

bool among(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// What a ledger's counts are of.
std::string plan_of(const Options& options) {
  return fmt::format("{}, scale {}, seed {}, servers {}", this_program(), options.scale,
                     options.seed, options.servers);
}

// The table, then the figures. True when nothing was refuted.
bool report(const Options& options, const Ledger& ledger) {
  std::string figures;
  bool proved = true;
  std::cout << fmt::format("{:<24} {:>12} {:>8} {:>8}\n", "proof", "done", "bad", "failed");
  for (const Part& part : all_parts()) {
    for (const std::string& backend : options.backends) {
      if (!among(options.parts, part.name) || !among(part.backends, backend)) {
        continue;
      }
      std::int64_t bad = 0;
      for (const std::string& pattern : part.keys) {
        const std::string key = fmt::format(fmt::runtime(pattern), backend);
        const Count sum = ledger.total(key);
        std::cout << fmt::format("{:<24} {:>12} {:>8} {:>8}\n", key, sum.done, sum.bad, sum.failed);
        bad += sum.bad;
        proved = proved && sum.bad == 0 && (part.may_fail || sum.failed == 0);
      }
      figures += fmt::format(fmt::runtime("figure " + std::string{part.figure} + " {}\n"), backend,
                             part.at_best + bad);
    }
  }
  std::cout << figures;
  return proved;
}

int prove(const Options& options) {
  Ledger ledger(options.ledger, plan_of(options));
  const Campaign campaign{.ledger = ledger, .scale = options.scale, .seed = options.seed};
  for (const std::string& name : options.backends) {
    Backends backends;
    for (int i = 0; i < options.servers; ++i) {
      backends.push_back(make(name));
    }
    for (const Part& part : all_parts()) {
      if (among(options.parts, part.name) && among(part.backends, name)) {
        part.prove(campaign, backends);
      }
    }
  }
  const bool proved = report(options, ledger);
  ledger.close();
  return proved ? 0 : 1;
}

int run(int argc, char** argv) {
  Options options;
  CLI::App app{"Proves the drivers on real servers; goes on where it was stopped."};
  app.add_option("--scale", options.scale, "the share of each count (1: 10^5 sequences …)")
      ->check(CLI::PositiveNumber);
  app.add_option("--seed", options.seed, "of everything that is left to chance");
  app.add_option("--servers", options.servers, "of each backend, a thread each")
      ->check(CLI::Range(1, 16));
  app.add_option("--backend", options.backends, "only these")
      ->check(CLI::IsMember({"postgres", "mysql", "redis", "http"}));
  app.add_option("--only", options.parts, "only these parts")
      ->check(CLI::IsMember({"hygiene", "storm", "connects", "posts"}));
  app.add_option("--ledger", options.ledger, "where the counts are kept until all is done");
  CLI11_PARSE(app, argc, argv);
  return prove(options);
}

}  // namespace
}  // namespace millpond::proof

int main(int argc, char** argv) {
  try {
    return millpond::proof::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
