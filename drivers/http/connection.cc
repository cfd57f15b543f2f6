#include "millpond/drivers/http/connection.h"

#include <chrono>
#include <optional>
#include <string>

#include "millpond/drivers/http/transfer.h"

namespace millpond::drivers {
namespace {

Error failed_already(std::string_view phase) {
  return {ErrorKind::kBroken, std::string{phase}, "the session had failed already"};
}

}  // namespace

Result<void> HttpConnection::open(const Budget& budget) {
  auto opened = head("connect", budget);
  session_.note_opened();
  return opened;
}

ResetNeed HttpConnection::reset_need() const noexcept {
  const bool connected = handle_.sockets().socket() >= 0;
  if (session_.failed() || (!connected && session_.lent())) {
    return ResetNeed::kReplacement;
  }
  return session_.raw_used() ? ResetNeed::kSession : ResetNeed::kNone;
}

Result<void> HttpConnection::probe(const Budget& budget) {
  if (session_.failed()) {
    return tl::unexpected(failed_already("probe"));
  }
  std::optional<SocketTracker::NoNewSocket> only_this_one;
  if (handle_.sockets().socket() >= 0) {
    only_this_one.emplace(handle_.sockets());
  }
  auto answered = head("probe", budget);
  if (!answered) {
    session_.note_failed();
  }
  return answered;
}

Result<void> HttpConnection::reset(ResetNeed need, const Budget&) {
  if (need == ResetNeed::kNone) {
    return {};
  }
  if (session_.failed()) {
    return tl::unexpected(failed_already("reset"));
  }
  handle_.forget_borrower();
  handle_.sockets().note_connected();  // a borrower of the raw handle may have opened another
  session_.note_reset();
  return {};
}

Result<void> HttpConnection::head(std::string_view phase, const Budget& budget) {
  const auto left = budget.remaining();
  if (left.count() == 0) {
    return tl::unexpected(Error{ErrorKind::kTimeout, std::string{phase}, "no time left"});
  }
  // libcurl counts from the start of a millisecond and would give up a fraction of one early.
  const auto timeout = left + std::chrono::milliseconds{1};
  const auto response = transfer(handle_, {.method = "HEAD"},
                                 {.phase = phase, .timeout = timeout, .budget = &budget});
  if (!response) {
    return tl::unexpected(response.error());
  }
  return {};
}

}  // namespace millpond::drivers
