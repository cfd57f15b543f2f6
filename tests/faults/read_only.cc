// A primary becomes a standby while its name moves to another: for how long are its sessions lent?
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <pqxx/except>
#include <pqxx/nontransaction>

#include "millpond/tests/faults/pace.h"
#include "millpond/tests/faults/rows.h"
#include "millpond/tests/faults/scene.h"
#include "millpond/tests/harness/gate/gate.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond::faults {
namespace {

using namespace std::chrono_literals;
using harness::Gate;

constexpr auto kWatched = 3s;
constexpr auto kSoon = 1s;  // after the first refusal

constexpr char kSchema[] =
    "create table public.ledger (id bigserial); grant all on public.ledger to millpond; "
    "grant all on sequence public.ledger_id_seq to millpond";

struct Turn {
  bool served = false;
  bool read_only = false;
};

Turn write(const PoolHandle<Postgres>& handle) {
  try {
    const auto lease = handle.acquire();
    if (lease) {
      pqxx::nontransaction{lease->connection()}.exec("insert into public.ledger default values");
    }
    return {.served = lease.has_value()};
  } catch (const pqxx::sql_error& error) {
    return {.read_only = error.sqlstate() == "25006"};
  } catch (const pqxx::failure&) {
    return {};
  }
}

// Read-only sessions lent more than a second after the first told so.
std::int64_t late_leases(const PoolHandle<Postgres>& handle) {
  std::optional<Clock::time_point> first;
  std::int64_t late = 0;
  for (const auto end = Clock::now() + kWatched; Clock::now() < end; pause(2ms)) {
    const Turn turn = write(handle);
    const auto now = Clock::now();
    if (turn.read_only) {
      first = first.value_or(now);
      late += now > *first + kSoon ? 1 : 0;
    }
  }
  expect(first.has_value(), "a write that is refused");
  return late;
}

}  // namespace

Measured read_only(const proof::Campaign& campaign) {
  const std::int64_t rounds = repeats(campaign, 20, 1);
  std::int64_t late = 0;
  for (std::int64_t i = 0; i < rounds; ++i) {
    harness::Postgres old_primary;
    harness::Postgres new_primary;
    old_primary.sql(kSchema);
    new_primary.sql(kSchema);
    Gate gate(old_primary.port());
    const Scene scene(server_of(gate.port()) + pool_of("size = 4\n"));
    expect(eventually(10s, [&] { return write(scene.pool()).served; }),
           "a primary that is written");
    gate.lead_to(new_primary.port());
    old_primary.sql("alter system set default_transaction_read_only = on");
    old_primary.sql("select pg_reload_conf()");
    late += late_leases(scene.pool());
    gate.set(Gate::reset());  // what is left of the old one goes
    gate.set(Gate::pass());
    expect(eventually(20s, [&] { return write(scene.pool()).served; }),
           "the new primary is written");
  }
  return none_of(late, rounds);
}

}  // namespace millpond::faults
