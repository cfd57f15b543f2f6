// From a policy file's path to the pools it defines: reads the file, checks it, reads its secrets,
// and joins each pool with its server and its driver.
//
// Thread-safe as far as the host's functions are.
//
//   const Host host = this_host();
//   auto set = load_policy({.path = "pools.toml"}, host);
//   auto pools = define_pools(*set, *all_drivers(), host);
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "millpond/drivers/catalog.h"
#include "millpond/policy/finding.h"
#include "millpond/policy/pool_policy.h"
#include "millpond/policy/toml/loader.h"
#include "millpond/pools/definition.h"
#include "millpond/pools/loader/host.h"

namespace millpond::loader {

// The variable that names the profile to use where nothing else does.
inline constexpr char kProfileVariable[] = "MILLPOND_PROFILE";

struct PolicyFile {
  std::string path{};
  std::string profile{};  // empty: what MILLPOND_PROFILE says, or none
};

// The file's policies, or everything that is wrong with it.
tl::expected<policy::PolicySet, policy::Findings> load_policy(const PolicyFile& file,
                                                              const Host& host);

// The same, with where each value comes from.
tl::expected<policy::toml::Explained, policy::Findings> load_explained(const PolicyFile& file,
                                                                       const Host& host);

struct Definitions {
  std::vector<PoolDefinition> pools;
  policy::Findings warnings;
};

// One definition a pool, in file order. Fails on a secret that can't be read, on a backend the
// catalog has no driver for, and on what this release cannot do yet.
tl::expected<Definitions, policy::Findings> define_pools(const policy::PolicySet& set,
                                                         const drivers::Catalog& catalog,
                                                         const Host& host);

}  // namespace millpond::loader
