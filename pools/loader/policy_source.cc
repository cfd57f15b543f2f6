#include "millpond/pools/loader/policy_source.h"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <utility>
#include <vector>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/net/resolve.h"
#include "millpond/policy/finding_codes.h"
#include "millpond/policy/release.h"
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

tl::expected<policy::toml::Source, policy::Findings> read_source(const PolicyFile& file,
                                                                 const Host& host) {
  auto content = host.read_file(file.path);
  if (!content) {
    return tl::unexpected(policy::Findings{about_file(file.path, content.error())});
  }
  return policy::toml::Source{.name = file.path, .text = std::move(content->text)};
}

policy::toml::Context context_of(const PolicyFile& file, const Host& host) {
  std::string profile = file.profile;
  if (profile.empty() && host.environment) {
    profile = host.environment(kProfileVariable).value_or("");
  }
  return {.environment = host.environment,
          .host = {.cores = host.processors,
                   .program = host.program,
                   .descriptors = host.descriptors,
                   .ephemeral_ports = host.ephemeral_ports},
          .profile = std::move(profile)};
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

// What the policy may say and this release must not do by half.
policy::Findings refusals(const policy::ServerPolicy& server) {
  policy::Findings findings;
  for (policy::Shortcoming& each : policy::shortcomings(server)) {
    findings.push_back({.code = policy::code::kNotInThisRelease,
                        .span = server.span,
                        .message = std::move(each.message),
                        .help = std::move(each.help)});
  }
  return findings;
}

// A file may be replaced while the program runs; its environment may not.
PasswordReader reader_of(const policy::SecretSource& source, const Host& host) {
  if (source.kind != policy::SecretSource::Kind::kFile) {
    return {};
  }
  return [source, host]() -> tl::expected<drivers::Secret, std::string> {
    auto read = read_secret(source, host);
    if (!read) {
      return tl::unexpected(std::move(read.error().message));
    }
    return std::move(read->secret);
  };
}

// One for all: callers who ask for the same name wait for the same answer.
NameLookup name_lookup() {
  return [resolver = drivers::Resolver{}](const std::string& host) {
    return resolver.resolve(host, drivers::Budget{std::chrono::seconds{5}});
  };
}

drivers::TlsMode mode_of(policy::Tls tls) {
  using drivers::TlsMode;
  switch (tls) {
    case policy::Tls::kOff:
      return TlsMode::kOff;
    case policy::Tls::kRequire:
      return TlsMode::kRequire;
    case policy::Tls::kVerifyCa:
      return TlsMode::kVerifyCa;
    case policy::Tls::kVerifyFull:
      break;
  }
  return TlsMode::kVerifyFull;
}

std::vector<drivers::Endpoint> endpoints_of(const policy::ServerPolicy& server,
                                            const drivers::Secret& password) {
  std::vector<drivers::Endpoint> endpoints;
  for (const policy::ServerAddress& address : server.endpoints) {
    endpoints.push_back({.host = address.host,
                         .port = address.port,
                         .path = address.path,
                         .user = server.user,
                         .password = password,
                         .tls = {.mode = mode_of(server.tls),
                                 .ca = server.ca,
                                 .cert = server.cert,
                                 .key = server.key}});
  }
  return endpoints;
}

drivers::SessionSettings settings_of(const policy::PoolPolicy& pool) {
  return {.app_name = pool.app_name,
          .statement_timeout = pool.statement_timeout,
          .read_timeout = pool.read_timeout,
          .write_timeout = pool.write_timeout,
          .tcp_user_timeout = pool.tcp_user_timeout,
          .http = {.tls_timeout = pool.tls_timeout,
                   .response_header_timeout = pool.response_header_timeout,
                   .expect_continue_timeout = pool.expect_continue_timeout,
                   .max_header_bytes = static_cast<std::size_t>(pool.max_header_bytes)}};
}

}  // namespace

tl::expected<policy::PolicySet, policy::Findings> load_policy(const PolicyFile& file,
                                                              const Host& host) {
  const auto source = read_source(file, host);
  if (!source) {
    return tl::unexpected(source.error());
  }
  return policy::toml::load(*source, context_of(file, host));
}

tl::expected<policy::toml::Explained, policy::Findings> load_explained(const PolicyFile& file,
                                                                       const Host& host) {
  const auto source = read_source(file, host);
  if (!source) {
    return tl::unexpected(source.error());
  }
  return policy::toml::load_explained(*source, context_of(file, host));
}

tl::expected<Definitions, policy::Findings> define_pools(const policy::PolicySet& set,
                                                         const drivers::Catalog& catalog,
                                                         const Host& host) {
  Definitions definitions;
  policy::Findings errors;
  std::map<std::string, std::vector<drivers::Endpoint>> endpoints;
  for (const policy::ServerPolicy& server : set.servers) {
    if (catalog.find(policy::name_of(server.backend)) == nullptr) {
      errors.push_back(without_driver(server, catalog));
    }
    for (policy::Finding& refusal : refusals(server)) {
      errors.push_back(std::move(refusal));
    }
    auto secret = read_secret(server.password, host);
    if (!secret) {
      errors.push_back(std::move(secret.error()));
      continue;
    }
    for (policy::Finding& warning : secret->warnings) {
      definitions.warnings.push_back(std::move(warning));
    }
    endpoints.emplace(server.name, endpoints_of(server, secret->secret));
  }
  if (!errors.empty()) {
    return tl::unexpected(std::move(errors));
  }
  std::map<std::string_view, const policy::ServerPolicy*> servers;
  for (const policy::ServerPolicy& server : set.servers) {
    servers.emplace(server.name, &server);
  }
  const NameLookup look_up = name_lookup();
  for (const policy::PoolPolicy& pool : set.pools) {
    const policy::ServerPolicy& server = *servers.at(pool.server);
    definitions.pools.push_back({.policy = pool,
                                 .driver = catalog.find(policy::name_of(server.backend)),
                                 .endpoints = endpoints.at(server.name),
                                 .settings = settings_of(pool),
                                 .read_password = reader_of(server.password, host),
                                 .look_up = look_up,
                                 .balance = server.balance});
  }
  return definitions;
}

}  // namespace millpond::loader
