// What the shop told its customers: every operation it acknowledged, by workload and idempotency
// key, and those it had to give up. The audit compares it with the servers at the end.
//
// Safe to call from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>

namespace millpond::shop {

class Ledger {
 public:
  void acknowledge(const std::string& workload, const std::string& key) {
    const std::lock_guard lock(mutex_);
    acknowledged_[workload].insert(key);
  }

  // The customer was told no: nothing is lost, but nothing is hidden either.
  void give_up(const std::string& workload) {
    const std::lock_guard lock(mutex_);
    ++given_up_[workload];
  }

  std::set<std::string> acknowledged(const std::string& workload) const {
    const std::lock_guard lock(mutex_);
    const auto at = acknowledged_.find(workload);
    return at == acknowledged_.end() ? std::set<std::string>{} : at->second;
  }

  std::int64_t given_up(const std::string& workload) const {
    const std::lock_guard lock(mutex_);
    const auto at = given_up_.find(workload);
    return at == given_up_.end() ? 0 : at->second;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::set<std::string>> acknowledged_;
  std::map<std::string, std::int64_t> given_up_;
};

}  // namespace millpond::shop
