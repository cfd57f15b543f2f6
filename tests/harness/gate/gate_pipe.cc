#include "millpond/tests/harness/gate/gate_pipe.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace millpond::harness {
namespace {

using Kind = Toxic::Kind;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

// What a throttled direction lets through at once.
constexpr auto kThrottleStep = 10ms;

bool would_block(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

}  // namespace

void StreamMarker::see(std::string_view piece) {
  if (seen_) {
    return;
  }
  tail_ += piece;
  seen_ = text_.empty() ? !piece.empty() : tail_.find(text_) != std::string::npos;
  if (tail_.size() > text_.size()) {
    tail_.erase(0, tail_.size() - text_.size());
  }
}

void GatePipe::set(const Toxic& toxic, TimePoint now) {
  toxic_ = toxic;
  start_counting();
  not_before_ = now;
  for (Piece& piece : pieces_) {
    piece.due = std::min(piece.due, now + toxic.delay + toxic.jitter);
  }
  if (toxic.kind == Kind::kDrop) {
    pieces_.clear();
    kept_ = 0;
  }
}

void GatePipe::start_counting() {
  left_ = kUnlimited;
  if (toxic_.kind == Kind::kLimitBytes) {
    left_ = toxic_.bytes;
  } else if (toxic_.kind == Kind::kCorrupt) {
    left_ = until_next_corrupt();
  }
}

std::int64_t GatePipe::until_next_corrupt() {
  return std::uniform_int_distribution<std::int64_t>{0, 2 * (toxic_.bytes - 1)}(random_);
}

GatePipe::TimePoint GatePipe::due() const {
  if (toxic_.kind == Kind::kHalfOpen || end_passed_on_) {
    return kNever;
  }
  if (pieces_.empty()) {
    return ended_ ? TimePoint{} : kNever;
  }
  return std::max(pieces_.front().due, not_before_);
}

GatePipe::Fate GatePipe::read(int from, TimePoint now) {
  std::array<char, std::size_t{64} * 1024> buffer{};
  const ssize_t size = ::recv(from, buffer.data(), buffer.size(), 0);
  if (size < 0) {
    return would_block(errno) ? Fate::kGoesOn : Fate::kResets;
  }
  if (size == 0) {
    ended_ = true;
    return Fate::kGoesOn;
  }
  return take({buffer.data(), static_cast<std::size_t>(size)}, now);
}

GatePipe::Fate GatePipe::take(std::string bytes, TimePoint now) {
  TimePoint due = now;
  switch (toxic_.kind) {
    case Kind::kCloseOnData:
      return Fate::kCloses;
    case Kind::kDrop:
      return Fate::kGoesOn;
    case Kind::kCorrupt:
      corrupt(bytes);
      break;
    case Kind::kDelay:
      due += toxic_.delay + std::chrono::microseconds{std::uniform_int_distribution<std::int64_t>{
                                0, toxic_.jitter.count()}(random_)};
      break;
    default:
      break;
  }
  // In order, whatever chance says.
  due = pieces_.empty() ? due : std::max(due, pieces_.back().due);
  kept_ += bytes.size();
  pieces_.push_back({.due = due, .bytes = std::move(bytes)});
  return Fate::kGoesOn;
}

void GatePipe::corrupt(std::string& bytes) {
  const auto size = static_cast<std::int64_t>(bytes.size());
  std::int64_t at = left_;
  for (; at < size; at += 1 + until_next_corrupt()) {
    char& byte = bytes[static_cast<std::size_t>(at)];
    byte = static_cast<char>(byte ^ (1 << (random_() % 8)));
  }
  left_ = at - size;
}

std::size_t GatePipe::allowance() const {
  const auto step = std::max<std::int64_t>(1, toxic_.bytes * kThrottleStep / 1s);
  const std::int64_t at_once = toxic_.kind == Kind::kThrottle ? step : kUnlimited;
  return static_cast<std::size_t>(
      std::min(at_once, toxic_.kind == Kind::kLimitBytes ? left_ : kUnlimited));
}

GatePipe::Fate GatePipe::write(int to, TimePoint now) {
  while (!pieces_.empty() && due() <= now) {
    std::string& bytes = pieces_.front().bytes;
    const std::size_t wanted = std::min(bytes.size(), allowance());
    const ssize_t sent = ::send(to, bytes.data(), wanted, MSG_NOSIGNAL);
    if (sent < 0) {
      return would_block(errno) ? Fate::kGoesOn : Fate::kResets;
    }
    note_written(static_cast<std::size_t>(sent), now);
    if (toxic_.kind == Kind::kLimitBytes && left_ == 0) {
      return Fate::kCloses;
    }
  }
  if (pieces_.empty() && ended_ && !end_passed_on_) {
    ::shutdown(to, SHUT_WR);
    end_passed_on_ = true;
  }
  return Fate::kGoesOn;
}

void GatePipe::note_written(std::size_t size, TimePoint now) {
  std::string& bytes = pieces_.front().bytes;
  marker_.see(std::string_view{bytes}.substr(0, size));
  bytes.erase(0, size);
  kept_ -= size;
  passed_ += static_cast<std::int64_t>(size);
  if (bytes.empty()) {
    pieces_.pop_front();
  }
  if (toxic_.kind == Kind::kLimitBytes) {
    left_ -= static_cast<std::int64_t>(size);
  } else if (toxic_.kind == Kind::kThrottle) {
    const auto taken =
        static_cast<std::int64_t>(size) * std::chrono::nanoseconds{1s} / toxic_.bytes;
    not_before_ = std::max(not_before_, now) + taken;
  }
}

}  // namespace millpond::harness
