#include "millpond/pools/internal/server.h"

#include <algorithm>
#include <map>
#include <utility>

namespace millpond::internal {
namespace {

// How soon another password is noticed where nobody dials; a read of a small file.
constexpr std::chrono::seconds kRefreshEvery{1};

// As often as most names allow themselves to change.
constexpr std::chrono::seconds kLookUpEvery{30};

std::vector<std::string> hosts_of(const PoolDefinition& definition) {
  std::vector<std::string> hosts;
  for (const drivers::Endpoint& endpoint : definition.endpoints) {
    hosts.push_back(endpoint.host);
  }
  return hosts;
}

// What makes two definitions one server: everything a connection's identity hangs on but its
// session settings.
std::string identity_of(const PoolDefinition& definition) {
  std::string identity =
      definition.policy.server + '\n' + std::string{definition.driver->backend()};
  for (const drivers::Endpoint& endpoint : definition.endpoints) {
    identity += '\n' + endpoint.user + '@' + endpoint.to_string();
  }
  return identity;
}

}  // namespace

Server::Server(const PoolDefinition& definition)
    : endpoints_(definition.endpoints.size(), definition.balance),
      credentials_(definition.read_password),
      names_(hosts_of(definition), definition.look_up) {}

bool Server::refresh_due(TimePoint now) {
  if (!credentials_.can_change()) {
    return false;
  }
  const MutexLock lock(mu_);
  if (now < next_refresh_) {
    return false;
  }
  next_refresh_ = now + kRefreshEvery;
  return true;
}

bool Server::names_due(TimePoint now) {
  if (!names_.can_change()) {
    return false;
  }
  const MutexLock lock(mu_);
  if (now < next_names_) {
    return false;
  }
  next_names_ = now + kLookUpEvery;
  return true;
}

void Server::refresh() {
  const auto read = credentials_.read();
  if (read && !credentials_.rejected(read->number)) {
    endpoints_.unbar();
  }
}

void Server::forgive() {
  credentials_.forgive();
  endpoints_.unbar();
}

void Server::note(std::shared_ptr<const Mishap> mishap) {
  const MutexLock lock(mu_);
  last_mishap_.swap(mishap);  // what it was goes when the lock is gone
}

std::shared_ptr<const Mishap> Server::last_mishap() const {
  const MutexLock lock(mu_);
  return last_mishap_;
}

std::vector<std::shared_ptr<Server>> servers_of(const std::vector<PoolDefinition>& definitions) {
  std::map<std::string, std::shared_ptr<Server>> known;
  std::vector<std::shared_ptr<Server>> servers;
  for (const PoolDefinition& definition : definitions) {
    std::shared_ptr<Server>& server = known[identity_of(definition)];
    if (server == nullptr) {
      server = std::make_shared<Server>(definition);
    }
    servers.push_back(server);
  }
  return servers;
}

}  // namespace millpond::internal
