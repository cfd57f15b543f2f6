// One server as all pools of a process share it: its endpoints, its account's password, and what
// last went wrong there.
//
// Safe to call from any thread.
//
//   auto server = std::make_shared<Server>(definition);
//   Pool orders{definition, env, server}, reports{other_definition, env, server};
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "millpond/drivers/error.h"
#include "millpond/pools/definition.h"
#include "millpond/pools/internal/credentials.h"
#include "millpond/pools/internal/endpoints.h"
#include "millpond/pools/internal/mutex.h"
#include "millpond/pools/internal/names.h"
#include "millpond/pools/time_point.h"

namespace millpond::internal {

// What a backend last said, when, and where.
struct Mishap {
  drivers::Error error;
  TimePoint when;
  std::string endpoint;  // empty where it was no dial
};

class Server {
 public:
  explicit Server(const PoolDefinition& definition);

  Endpoints& endpoints() { return endpoints_; }
  const Endpoints& endpoints() const { return endpoints_; }
  Credentials& credentials() { return credentials_; }
  Names& names() { return names_; }

  // Whether it is time to look for another password, or at the names; each says so once for each
  // period.
  bool refresh_due(TimePoint now);
  bool names_due(TimePoint now);
  // Reads the password; where it is another than the one that was rejected, the endpoints may be
  // dialled again. May block in the reader.
  void refresh();
  // Lets a rejected version be tried once more.
  void forgive();

  void note(std::shared_ptr<const Mishap> mishap);
  std::shared_ptr<const Mishap> last_mishap() const;

 private:
  Endpoints endpoints_;
  Credentials credentials_;
  Names names_;
  mutable Mutex mu_;
  TimePoint next_refresh_ MILLPOND_GUARDED_BY(mu_) = TimePoint::min();
  TimePoint next_names_ MILLPOND_GUARDED_BY(mu_) = TimePoint::min();
  std::shared_ptr<const Mishap> last_mishap_ MILLPOND_GUARDED_BY(mu_);
};

// Definitions of one server share it. In their order.
std::vector<std::shared_ptr<Server>> servers_of(const std::vector<PoolDefinition>& definitions);

}  // namespace millpond::internal
