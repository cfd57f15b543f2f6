#include "millpond/pools/loader/policy_source.h"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "millpond/policy/finding_codes.h"
#include "millpond/policy/toml/loader.h"
#include "millpond/pools/loader/secrets.h"

namespace millpond::loader {
namespace {

policy::Finding about_file(const std::string& path, const std::string& why) {
  policy::Finding finding;
  finding.code = policy::code::kFileUnreadable;
  finding.span.file = path;
  finding.message = fmt::format("the policy file cannot be read: {}", why);
  finding.help = "check the path and that this user may read it";
  return finding;
}

policy::Finding without_driver(const policy::ServerPolicy& server,
                               const drivers::Catalog& catalog) {
  policy::Finding finding;
  finding.code = policy::code::kNoDriver;
  finding.span = server.span;
  finding.message =
      fmt::format("this program has no driver for backend `{}`", policy::name_of(server.backend));
  finding.help = fmt::format("it was built with {}; add the driver's target to its dependencies",
                             catalog.names());
  return finding;
}

drivers::Endpoint endpoint_of(const policy::ServerPolicy& server, drivers::Secret password) {
  return {.host = server.address.host,
          .port = server.address.port,
          .path = server.address.path,
          .user = server.user,
          .password = std::move(password)};
}

drivers::SessionSettings settings_of(const policy::PoolPolicy& pool) {
  return {.app_name = pool.app_name,
          .statement_timeout = pool.statement_timeout,
          .read_timeout = pool.read_timeout,
          .write_timeout = pool.write_timeout,
          .tcp_user_timeout = pool.tcp_user_timeout};
}

}  // namespace

tl::expected<policy::PolicySet, policy::Findings> load_policy(const std::string& path,
                                                              const Host& host) {
  auto file = host.read_file(path);
  if (!file) {
    return tl::unexpected(policy::Findings{about_file(path, file.error())});
  }
  return policy::toml::load(
      {.name = path, .text = std::move(file->text)},
      {.environment = host.environment, .program = host.program, .host_cores = host.processors});
}

tl::expected<Definitions, policy::Findings> define_pools(const policy::PolicySet& set,
                                                         const drivers::Catalog& catalog,
                                                         const Host& host) {
  Definitions definitions;
  policy::Findings errors;
  std::map<std::string, drivers::Endpoint> endpoints;
  for (const policy::ServerPolicy& server : set.servers) {
    if (catalog.find(policy::name_of(server.backend)) == nullptr) {
      errors.push_back(without_driver(server, catalog));
    }
    auto secret = read_secret(server.password, host);
    if (!secret) {
      errors.push_back(std::move(secret.error()));
      continue;
    }
    for (policy::Finding& warning : secret->warnings) {
      definitions.warnings.push_back(std::move(warning));
    }
    endpoints.emplace(server.name, endpoint_of(server, std::move(secret->secret)));
  }
  if (!errors.empty()) {
    return tl::unexpected(std::move(errors));
  }
  for (const policy::PoolPolicy& pool : set.pools) {
    const policy::ServerPolicy& server = *set.server(pool.server);
    definitions.pools.push_back({.policy = pool,
                                 .driver = catalog.find(policy::name_of(server.backend)),
                                 .endpoint = endpoints.at(server.name),
                                 .settings = settings_of(pool)});
  }
  return definitions;
}

}  // namespace millpond::loader
