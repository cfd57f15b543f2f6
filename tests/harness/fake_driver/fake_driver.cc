#include "millpond/tests/harness/fake_driver/fake_driver.h"

#include <algorithm>
#include <utility>

namespace millpond::harness {
namespace {

drivers::Result<void> next_outcome(FakeBackend& backend, int& count,
                                   std::deque<drivers::Error>& failures) {
  const std::lock_guard lock(backend.mutex);
  ++count;
  if (failures.empty()) {
    return {};
  }
  drivers::Error error = std::move(failures.front());
  failures.pop_front();
  return tl::unexpected(std::move(error));
}

int read(FakeBackend& backend, const int& count) {
  const std::lock_guard lock(backend.mutex);
  return count;
}

void script(FakeBackend& backend, std::deque<drivers::Error>& failures, drivers::Error error) {
  const std::lock_guard lock(backend.mutex);
  failures.push_back(std::move(error));
}

}  // namespace

FakeConnection::FakeConnection(std::shared_ptr<FakeBackend> backend, Place place, int number)
    : host(std::move(place.host)),
      address(std::move(place.address)),
      session(number),
      backend_(std::move(backend)) {
  const std::lock_guard lock(backend_->mutex);
  backend_->sessions.insert(session);
  ++backend_->open;
  backend_->most_open = std::max(backend_->most_open, backend_->open);
}

FakeConnection::~FakeConnection() {
  const std::lock_guard lock(backend_->mutex);
  backend_->sessions.erase(session);
  --backend_->open;
}

// As of a real session: one that failed is beyond repair, and one that the server ended fails.
drivers::Result<void> FakeConnection::answer(int& count, std::deque<drivers::Error>& failures) {
  auto outcome = next_outcome(*backend_, count, failures);
  const std::lock_guard lock(backend_->mutex);
  if (outcome && !backend_->sessions.contains(session)) {
    outcome = tl::unexpected(
        drivers::Error{drivers::ErrorKind::kBroken, "probe", "the server has ended the session"});
  }
  broken = broken || !outcome;
  return outcome;
}

drivers::Result<void> FakeConnection::probe(const drivers::Budget& /*budget*/) {
  return answer(backend_->probes, backend_->probe_failures);
}

drivers::Result<drivers::ServerLimits> FakeConnection::server_limits(
    const drivers::Budget& /*budget*/) {
  const std::lock_guard lock(backend_->mutex);
  return drivers::ServerLimits{.read_only = backend_->read_only.contains(host)};
}

drivers::Result<void> FakeConnection::reset(drivers::ResetNeed /*wanted*/,
                                            const drivers::Budget& /*budget*/) {
  auto outcome = answer(backend_->resets, backend_->reset_failures);
  if (outcome) {
    need = drivers::ResetNeed::kNone;
  }
  return outcome;
}

drivers::Result<std::unique_ptr<drivers::Connection>> FakeDriver::connect(
    const drivers::Endpoint& endpoint, const drivers::SessionSettings& /*settings*/,
    const drivers::Budget& /*budget*/) const {
  {
    const std::lock_guard lock(backend_->mutex);
    backend_->endpoints.push_back(endpoint);
    if (backend_->down.contains(endpoint.host)) {
      ++backend_->dials;
      return tl::unexpected(drivers::Error{drivers::ErrorKind::kRefused, "connect", "refused"});
    }
    if (backend_->password && endpoint.password.reveal() != *backend_->password) {
      ++backend_->dials;
      ++backend_->rejected;
      return tl::unexpected(
          drivers::Error{drivers::ErrorKind::kAuthentication, "authenticate", "rejected"});
    }
  }
  if (auto outcome = next_outcome(*backend_, backend_->dials, backend_->dial_failures); !outcome) {
    return tl::unexpected(std::move(outcome.error()));
  }
  return std::make_unique<FakeConnection>(
      backend_, FakeConnection::Place{endpoint.host, address_of(endpoint.host)}, dials());
}

void FakeDriver::end(int session) {
  const std::lock_guard lock(backend_->mutex);
  backend_->sessions.erase(session);
}
bool FakeDriver::lists(int session) const {
  const std::lock_guard lock(backend_->mutex);
  return backend_->sessions.contains(session);
}

void FakeDriver::go_down(const std::string& host) {
  const std::lock_guard lock(backend_->mutex);
  backend_->down.insert(host);
}
void FakeDriver::come_up(const std::string& host) {
  const std::lock_guard lock(backend_->mutex);
  backend_->down.erase(host);
}
void FakeDriver::refuse_writes(const std::string& host) {
  const std::lock_guard lock(backend_->mutex);
  backend_->read_only.insert(host);
}

void FakeDriver::set_password(std::string password) {
  const std::lock_guard lock(backend_->mutex);
  backend_->password = std::move(password);
}

void FakeDriver::fail_next_dial(drivers::Error error) {
  script(*backend_, backend_->dial_failures, std::move(error));
}
void FakeDriver::fail_next_probe(drivers::Error error) {
  script(*backend_, backend_->probe_failures, std::move(error));
}
void FakeDriver::fail_next_reset(drivers::Error error) {
  script(*backend_, backend_->reset_failures, std::move(error));
}

int FakeDriver::dials() const {
  return read(*backend_, backend_->dials);
}
std::deque<drivers::Endpoint> FakeDriver::endpoints() const {
  const std::lock_guard lock(backend_->mutex);
  return backend_->endpoints;
}
void FakeDriver::move(const std::string& host, const std::string& address) {
  const std::lock_guard lock(backend_->mutex);
  backend_->names[host] = address;
}
std::string FakeDriver::address_of(const std::string& host) const {
  const std::lock_guard lock(backend_->mutex);
  return backend_->names[host];
}

int FakeDriver::rejected() const {
  return read(*backend_, backend_->rejected);
}
int FakeDriver::probes() const {
  return read(*backend_, backend_->probes);
}
int FakeDriver::resets() const {
  return read(*backend_, backend_->resets);
}
int FakeDriver::open() const {
  return read(*backend_, backend_->open);
}
int FakeDriver::most_open() const {
  return read(*backend_, backend_->most_open);
}

}  // namespace millpond::harness
