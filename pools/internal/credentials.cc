#include "millpond/pools/internal/credentials.h"

#include <utility>

namespace millpond::internal {

tl::expected<Credentials::Version, std::string> Credentials::read() {
  if (!reader_) {
    return Version{};
  }
  auto read = reader_();
  if (!read) {
    return tl::unexpected(std::move(read.error()));
  }
  const MutexLock lock(mu_);
  if (!password_ || password_->reveal() != read->reveal()) {
    password_ = *read;
    ++version_;
  }
  return Version{.password = *std::move(read), .number = version_};
}

std::uint64_t Credentials::version() const {
  const MutexLock lock(mu_);
  return version_;
}

void Credentials::reject(std::uint64_t version) {
  const MutexLock lock(mu_);
  rejected_ = version;
}

bool Credentials::rejected(std::uint64_t version) const {
  const MutexLock lock(mu_);
  return rejected_ == version;
}

void Credentials::forgive() {
  const MutexLock lock(mu_);
  rejected_.reset();
}

}  // namespace millpond::internal
