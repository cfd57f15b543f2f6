// The password of one server's account, as it is now: which version, and whether the server has
// rejected that.
//
// Safe to call from any thread. read() may block in the reader, without the mutex.
//
//   Credentials credentials{reader};
//   const auto now = credentials.read();   // {secret, version}, or why it cannot be read
//   … credentials.reject(now->version) … credentials.rejected(now->version) …
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "millpond/drivers/secret.h"
#include "millpond/pools/definition.h"
#include "millpond/pools/internal/mutex.h"

namespace millpond::internal {

class Credentials {
 public:
  // Without a reader there is one version, which the endpoints hold themselves.
  explicit Credentials(PasswordReader reader) : reader_(std::move(reader)) {}

  struct Version {
    std::optional<drivers::Secret> password;
    std::uint64_t number = 0;
  };
  tl::expected<Version, std::string> read();

  // Of the latest read.
  std::uint64_t version() const;
  bool can_change() const { return static_cast<bool>(reader_); }

  void reject(std::uint64_t version);
  bool rejected(std::uint64_t version) const;
  // Another try of the same version is wanted, as by an operator who has put the server right.
  void forgive();

 private:
  const PasswordReader reader_;
  mutable Mutex mu_;
  std::optional<drivers::Secret> password_ MILLPOND_GUARDED_BY(mu_);
  std::uint64_t version_ MILLPOND_GUARDED_BY(mu_) = 0;
  std::optional<std::uint64_t> rejected_ MILLPOND_GUARDED_BY(mu_);
};

}  // namespace millpond::internal
