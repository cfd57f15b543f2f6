#include "millpond/pools/internal/names.h"

#include <algorithm>
#include <utility>

namespace millpond::internal {
namespace {

constexpr std::size_t kEnough = 3;

}  // namespace

Names::Names(std::vector<std::string> hosts, NameLookup look_up)
    : hosts_(std::move(hosts)), look_up_(std::move(look_up)), answers_(hosts_.size()) {}

void Names::look_up() {
  for (EndpointId endpoint = 0; endpoint < hosts_.size(); ++endpoint) {
    if (hosts_[endpoint].starts_with('/')) {
      continue;  // a Unix socket
    }
    auto answer = look_up_(hosts_[endpoint]);
    if (!answer) {
      continue;
    }
    const MutexLock lock(mu_);
    std::deque<Answer>& answers = answers_[endpoint];
    answers.push_back(*std::move(answer));
    if (answers.size() > kEnough) {
      answers.pop_front();
    }
  }
  const MutexLock lock(mu_);
  ++version_;
}

std::uint64_t Names::version() const {
  const MutexLock lock(mu_);
  return version_;
}

bool Names::vanished(EndpointId endpoint, const std::string& address) const {
  const MutexLock lock(mu_);
  const std::deque<Answer>& answers = answers_[endpoint];
  return !address.empty() && answers.size() == kEnough &&
         std::none_of(answers.begin(), answers.end(), [&](const Answer& answer) {
           return std::find(answer.begin(), answer.end(), address) != answer.end();
         });
}

}  // namespace millpond::internal
