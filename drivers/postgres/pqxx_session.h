// A libpqxx connection made of a libpq connection that is already open. What depends on libpqxx's
// version is in this file's .cc.
//
// Used by one thread at a time.
//
//   auto session = open_pqxx_session(std::move(native), endpoint.password);
//   pqxx::work transaction{(*session)->handle()};
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <pqxx/connection_base>

#include "millpond/drivers/error.h"
#include "millpond/drivers/postgres/native.h"
#include "millpond/drivers/secret.h"

namespace millpond::drivers {

class PqxxSession {
 public:
  virtual ~PqxxSession() = default;

  virtual pqxx::connection_base& handle() = 0;

  // Null when the borrower disconnected it.
  virtual PGconn* native() const noexcept = 0;
};

// The session never dials again by itself: libpqxx would, after a failure, and lend out a session
// without its settings.
Result<std::unique_ptr<PqxxSession>> open_pqxx_session(NativeConnection native,
                                                       const Secret& password);

}  // namespace millpond::drivers
