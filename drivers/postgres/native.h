// libpq's connection with an owner, and how it is closed.
//
// Move-only; used by one thread at a time.
//
//   NativeConnection native{PQconnectStartParams(keywords, values, 0)};
#pragma once

#include <libpq-fe.h>

#include <memory>

namespace millpond::drivers {

// Says goodbye and waits, a fifth of a second at most, until the server has dropped the session: a
// replacement that is dialled next must not be one more session than the policy allows.
void close_exactly(PGconn* native) noexcept;

struct CloseExactly {
  void operator()(PGconn* native) const noexcept { close_exactly(native); }
};

using NativeConnection = std::unique_ptr<PGconn, CloseExactly>;

}  // namespace millpond::drivers
