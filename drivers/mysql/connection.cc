#include "millpond/drivers/mysql/connection.h"

#include <fcntl.h>
#include <poll.h>

#include <stdexcept>
#include <tl/expected.hpp>
#include <utility>

#include "millpond/drivers/mysql/attempt.h"
#include "millpond/drivers/mysql/vendor_error.h"
#include "millpond/drivers/net/file_descriptor.h"
#include "millpond/drivers/net/socket_options.h"

namespace millpond::drivers {
namespace {

constexpr int kGoodbyeMilliseconds = 200;
constexpr unsigned int kOptionPreventsStatement = 1290;  // the server runs with --read-only
constexpr unsigned int kReadOnlyMode = 1836;

}  // namespace

MysqlConnection::MysqlConnection(std::unique_ptr<sql::Connection> session, NativeHandle native,
                                 SessionDefaults defaults, Secret password)
    : session_(std::move(session)),
      native_(native),
      defaults_(std::move(defaults)),
      password_(std::move(password)),
      opened_as_(session_id()) {
  if (native_) {
    follower_.follow(native_.mysql());
  }
}

// Waits, a fifth of a second at most, until the server has hung up: a replacement that is dialled
// next must not be one more session than the policy allows. A second descriptor keeps the socket
// open meanwhile.
MysqlConnection::~MysqlConnection() {
  const bool served = reusable();
  const FileDescriptor kept{served ? fcntl(watch_fd(), F_DUPFD_CLOEXEC, 0) : -1};
  session_.reset();
  if (kept.get() >= 0) {
    pollfd hang_up{.fd = kept.get(), .events = POLLRDHUP, .revents = 0};
    poll(&hang_up, 1, kGoodbyeMilliseconds);
  }
}

bool MysqlConnection::intact() const noexcept {
  if (broken_ || session_->isClosed()) {
    return false;
  }
  return !native_ || (!is_broken_code(native_.last_error()) && session_id() == opened_as_);
}

ResetNeed MysqlConnection::reset_need() const noexcept {
  if (!intact()) {
    return ResetNeed::kReplacement;
  }
  if (!used_) {
    return ResetNeed::kNone;
  }
  if (refused_write()) {  // before has_unread_result(), which forgets the last error
    return ResetNeed::kReplacement;
  }
  if (follower_.changed() || native_.has_unread_result()) {
    return ResetNeed::kSession;
  }
  if (native_.in_transaction()) {
    return ResetNeed::kTransaction;
  }
  return follower_.has_characteristics() ? ResetNeed::kSession : ResetNeed::kNone;
}

// What a borrower did after the refusal hides it: with() then tells of it.
bool MysqlConnection::refused_write() const noexcept {
  const unsigned int last = native_ ? native_.last_error() : 0;
  return Connection::refused_write() || last == kOptionPreventsStatement || last == kReadOnlyMode;
}

void MysqlConnection::settle() {
  broken_ = true;  // what throws leaves it half settled
  apply_defaults(*session_, defaults_);
  follower_.start([this] { set_and_track(*session_, defaults_); });
  broken_ = false;
}

Result<void> MysqlConnection::probe(const Budget& budget) {
  return exchange("probe", budget,
                  [this] { native_ ? native_.ping() : execute(*session_, "DO 1"); });
}

Result<void> MysqlConnection::reset(ResetNeed need, const Budget& budget) {
  if (need == ResetNeed::kNone) {
    return {};
  }
  auto done = exchange("reset", budget, [this, need] {
    need == ResetNeed::kTransaction ? end_transaction() : reset_session();
  });
  if (done) {
    used_ = false;
  }
  return done;
}

void MysqlConnection::reset_session() {
  if (!native_) {
    throw std::runtime_error{session_->isClosed()
                                 ? "the borrower closed this connection"
                                 : "this version of Connector/C++ can't reset a session"};
  }
  native_.reset();
  if (!defaults_.schema.empty()) {
    session_->setSchema(defaults_.schema);  // the one thing that COM_RESET_CONNECTION keeps
  }
  settle();
}

void MysqlConnection::end_transaction() {
  execute(*session_, "ROLLBACK");
  if (native_ && native_.in_transaction()) {
    throw std::runtime_error{"ROLLBACK did not end the transaction"};
  }
}

Result<void> MysqlConnection::exchange(const char* phase, const Budget& budget,
                                       const std::function<void()>& work) {
  auto done = attempt({.phase = phase, .password = password_, .budget = budget}, work);
  if (done && session_id() != opened_as_) {
    done = tl::unexpected(Error{ErrorKind::kBroken, phase,
                                "the library connected again, without the pool's settings"});
  }
  broken_ = broken_ || !done;
  return done;
}

Result<ServerLimits> MysqlConnection::server_limits(const Budget& budget) {
  ServerLimits read;
  return exchange("server limits", budget, [&] { read = read_limits(*session_); }).map([&read] {
    return read;
  });
}

int MysqlConnection::watch_fd() const noexcept {
  return native_ ? native_.socket() : -1;
}

unsigned long MysqlConnection::session_id() const noexcept {
  return native_ ? native_.session_id() : 0;
}

void prepare_socket(const NativeHandle& native, std::chrono::microseconds tcp_user_timeout) {
  if (native) {
    fcntl(native.socket(), F_SETFD, FD_CLOEXEC);
    apply_socket_options(native.socket(), tcp_user_timeout);
  }
}

}  // namespace millpond::drivers
