// The shop's concurrent workers: each serves one customer after the other, and each operation is
// repeated on a fresh lease until it is done or its patience ends.
//
// Started by the constructor, stopped by stop() or the destructor; gauges and ledger may be read
// meanwhile.
#pragma once

#include <array>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "millpond/examples/shop/ambush.h"
#include "millpond/examples/shop/gauges.h"
#include "millpond/examples/shop/ledger.h"
#include "millpond/examples/shop/workloads.h"
#include "millpond/millpond.h"

namespace millpond::shop {

class Crew {
 public:
  Crew(const Registry& registry, Ledger& ledger, int workers);
  ~Crew() { stop(); }
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  // Lets every worker finish the operation it is at.
  void stop();

  Gauges& gauges(Workload workload) { return gauges_.at(index_of(workload)); }
  Ambush& ambush(Workload workload) { return ambushes_.at(index_of(workload)); }

 private:
  void serve_customers(int worker);

  template <class T, class Operation>
  void perform(Workload workload, const PoolHandle<T>& pool, const std::string& key,
               Operation operation);

  const PoolHandle<Postgres> orders_;
  const PoolHandle<Mysql> catalog_;
  const PoolHandle<Redis> sessions_;
  const PoolHandle<Http> payments_;
  Ledger& ledger_;
  std::array<Gauges, kWorkloads> gauges_;
  std::array<Ambush, kWorkloads> ambushes_;
  std::atomic<bool> stopping_{false};
  std::vector<std::thread> workers_;
};

}  // namespace millpond::shop
