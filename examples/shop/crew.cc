#include "millpond/examples/shop/crew.h"

#include <fmt/format.h>

#include <chrono>
#include <exception>

#include "millpond/examples/shop/operations.h"

namespace millpond::shop {
namespace {

using Steady = std::chrono::steady_clock;

// How long one operation is repeated before the customer is told no.
constexpr std::chrono::seconds kPatience{10};

std::chrono::microseconds since(Steady::time_point start) {
  return std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - start);
}

}  // namespace

Crew::Crew(const Registry& registry, Ledger& ledger, int workers)
    : orders_(registry.pool<Postgres>(name_of(Workload::kOrders))),
      catalog_(registry.pool<Mysql>(name_of(Workload::kCatalog))),
      sessions_(registry.pool<Redis>(name_of(Workload::kSessions))),
      payments_(registry.pool<Http>(name_of(Workload::kPayments))),
      ledger_(ledger) {
  for (int worker = 0; worker < workers; ++worker) {
    workers_.emplace_back([this, worker] { serve_customers(worker); });
  }
}

void Crew::stop() {
  stopping_ = true;
  for (std::thread& worker : workers_) {
    worker.join();
  }
  workers_.clear();
}

void Crew::serve_customers(int worker) {
  for (int customer = 0; !stopping_; ++customer) {
    const std::string key = fmt::format("w{}-c{}", worker, customer);
    perform(Workload::kSessions, sessions_, key, [&](RedisSession& session) {
      remember_visit(session, key, ambush(Workload::kSessions));
    });
    perform(Workload::kCatalog, catalog_, key, [&](sql::Connection& connection) {
      reserve_stock(connection, key, ambush(Workload::kCatalog));
    });
    perform(Workload::kOrders, orders_, key, [&](pqxx::connection_base& connection) {
      place_order(connection, key, ambush(Workload::kOrders));
    });
    perform(Workload::kPayments, payments_, key, [&](HttpSession& session) { pay(session, key); });
  }
}

template <class T, class Operation>
void Crew::perform(Workload workload, const PoolHandle<T>& pool, const std::string& key,
                   Operation operation) {
  Gauges& gauges = this->gauges(workload);
  const auto start = Steady::now();
  while (since(start) < kPatience) {
    const auto asked = Steady::now();
    auto lease = pool.acquire();
    gauges.note_acquire(since(asked));
    if (!lease) {
      gauges.note_error();
      continue;
    }
    try {
      operation(lease->connection());
      gauges.note_done();
      ledger_.acknowledge(name_of(workload), key);
      return;
    } catch (const std::exception&) {
      lease->discard();  // nobody knows what state it is in: the key makes repeating safe
      gauges.note_error();
    }
  }
  ledger_.give_up(name_of(workload));
}

}  // namespace millpond::shop
