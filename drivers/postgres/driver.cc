#include "millpond/drivers/postgres/driver.h"

#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/net/resolve.h"
#include "millpond/drivers/postgres/connection.h"
#include "millpond/drivers/postgres/dial.h"
#include "millpond/drivers/postgres/pqxx_session.h"

namespace millpond::drivers {
namespace {

class PostgresDriver final : public Driver {
 public:
  std::string_view backend() const noexcept override { return "postgres"; }

  Result<std::unique_ptr<Connection>> connect(const Endpoint& endpoint,
                                              const SessionSettings& settings,
                                              const Budget& budget) const override {
    const auto addresses = addresses_of(endpoint, budget);
    if (!addresses) {
      return tl::unexpected(addresses.error());
    }
    auto dialled = dial_postgres({endpoint, settings, *addresses}, budget);
    if (!dialled) {
      return tl::unexpected(std::move(dialled.error()));
    }
    auto session = open_pqxx_session(std::move(*dialled), endpoint.password);
    if (!session) {
      return tl::unexpected(std::move(session.error()));
    }
    return std::make_unique<PostgresConnection>(std::move(*session), endpoint.password);
  }

 private:
  Result<std::vector<std::string>> addresses_of(const Endpoint& endpoint,
                                                const Budget& budget) const {
    if (endpoint.is_unix()) {
      return std::vector<std::string>{};
    }
    return resolver_.resolve(endpoint.host, budget);
  }

  Resolver resolver_;
};

}  // namespace

std::shared_ptr<const Driver> make_postgres_driver() {
  return std::make_shared<PostgresDriver>();
}

}  // namespace millpond::drivers
