// What the proofs of the drivers need of a backend: a real server, ways to leave its sessions
// dirty, and what a borrower can tell of the session it was lent.
//
// Not thread-safe, but for ask(), look() and what an Act does, each on a connection of its own.
//
//   auto backend = make_postgres();
//   const std::string virgin = backend->look(connection);
//   backend->poisons().front().play(connection, 7);
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/error.h"
#include "millpond/pools/registry.h"

namespace millpond::proof {

// Something that a borrower does and then leaves as it is. May throw, as a borrower's code may.
struct Act {
  std::string name;
  std::function<void(drivers::Connection&, std::int64_t id)> play;
  // For a poison: `reset = "auto"` notices. The others are those of the list in docs/.
  bool seen = true;
};

// The one workload of every proof's policy.
inline constexpr char kWorkload[] = "stranger";

class Backend {
 public:
  // Borrows a connection for one call; Error says why there is none.
  using Borrow = std::function<Result<void>(const std::function<void(drivers::Connection&)>&)>;

  Backend() = default;
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;
  virtual ~Backend() = default;

  virtual std::string_view name() const = 0;
  // The lines of the policy's [server.db] that say which server.
  virtual std::string server_lines() const = 0;
  virtual const drivers::Driver& driver() const = 0;
  virtual drivers::Endpoint endpoint() const = 0;

  virtual std::vector<Act> poisons() = 0;
  // Everything that a borrower can tell of a session: the same text for every new one. Throws when
  // the session is dead.
  virtual std::string look(drivers::Connection& connection) const = 0;

  // Abandons a request of `id` half-way.
  virtual std::vector<Act> abandons() = 0;
  // The answer to a request of `id`, which should be its number. Throws when the session is dead.
  virtual std::string ask(drivers::Connection& connection, std::int64_t id) const = 0;

  virtual std::string session_of(drivers::Connection& connection) const = 0;
  // The server ends that session, soon.
  virtual void end(const std::string& session) = 0;

  virtual Borrow borrower(const Registry& registry) const = 0;
};

// One of a kind, each with a server of its own, so that work can be shared among threads.
using Backends = std::vector<std::unique_ptr<Backend>>;

std::unique_ptr<Backend> make_postgres();
std::unique_ptr<Backend> make_mysql();
std::unique_ptr<Backend> make_redis();
std::unique_ptr<Backend> make_http();

// T's pools, but lending the driver's connection as a whole.
template <class T>
struct Whole {
  static constexpr std::string_view kBackend = T::kBackend;
  using Handle = drivers::Connection;
  static Handle& handle(drivers::Connection& connection) { return connection; }
};

// What throws is given up by discard(), as Registry::with() does, and thrown on.
template <class T>
Backend::Borrow borrower_of(const Registry& registry) {
  return [pool = registry.pool<Whole<T>>(kWorkload)](
             const std::function<void(drivers::Connection&)>& work) -> Result<void> {
    auto lease = pool.acquire();
    if (!lease) {
      return tl::unexpected(Error{lease.error().code, lease.error().message()});
    }
    try {
      work(lease->connection());
    } catch (...) {
      lease->discard();
      throw;
    }
    return {};
  };
}

}  // namespace millpond::proof
