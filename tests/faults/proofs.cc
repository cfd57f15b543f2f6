// The rows that the proofs of the drivers count: hygiene, storms, connects that fail.
#include <fmt/format.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "millpond/tests/faults/rows.h"
#include "millpond/tests/proof/backend.h"
#include "millpond/tests/proof/connects.h"
#include "millpond/tests/proof/hygiene.h"
#include "millpond/tests/proof/ledger.h"
#include "millpond/tests/proof/storm.h"

namespace millpond::faults {
namespace {

using Proof = void (*)(const proof::Campaign&, const proof::Backends&);

struct Part {
  Proof prove;
  std::vector<std::string> keys;  // of the ledger, {} for the backend
  double share = 1;               // of what the proof itself counts at the same scale
};

// Every backend in turn, on a server of its own.
Measured prove(const proof::Campaign& campaign, const Part& part) {
  const proof::Campaign scaled{
      .ledger = campaign.ledger, .scale = campaign.scale * part.share, .seed = campaign.seed};
  proof::Count sum;
  for (const auto make :
       {proof::make_postgres, proof::make_mysql, proof::make_redis, proof::make_http}) {
    proof::Backends one;
    one.push_back(make());
    const std::string name{one.front()->name()};
    part.prove(scaled, one);
    for (const std::string& key : part.keys) {
      sum = sum + campaign.ledger.total(fmt::format(fmt::runtime(key), name));
    }
  }
  return none_of(sum.bad, sum.done);
}

}  // namespace

Measured hygiene(const proof::Campaign& campaign) {
  // 10^5 in all: four backends, two ways.
  return prove(campaign, {.prove = &proof::prove_hygiene,
                          .keys = {"hygiene.{}.full", "hygiene.{}.auto"},
                          .share = 0.125});
}

Measured storm(const proof::Campaign& campaign) {
  // 10^6 of Redis, 10^5 of each other.
  return prove(campaign, {.prove = &proof::prove_storm, .keys = {"storm.{}"}});
}

Measured descriptors(const proof::Campaign& campaign) {
  return prove(campaign, {.prove = &proof::prove_connects, .keys = {"connects.{}"}, .share = 0.25});
}

}  // namespace millpond::faults
