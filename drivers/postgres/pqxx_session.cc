#include "millpond/drivers/postgres/pqxx_session.h"

#include <exception>
#include <pqxx/connectionpolicy>
#include <pqxx/except>
#include <tl/expected.hpp>
#include <utility>

#include "millpond/drivers/postgres/native_error.h"

namespace millpond::drivers {
namespace {

// Gives libpqxx 6 the connection it would otherwise open, and takes it back to close it.
class AdoptedConnection final : public pqxx::connectionpolicy {
 public:
  explicit AdoptedConnection(NativeConnection native)
      : pqxx::connectionpolicy{""}, native_(std::move(native)) {}

  handle do_startconnect(handle) override {
    if (!native_) {
      throw pqxx::broken_connection{"this session has been disconnected"};
    }
    return native_.get();
  }
  handle do_disconnect(handle) noexcept override {
    native_.reset();
    return nullptr;
  }

  PGconn* native() const noexcept { return native_.get(); }

 private:
  NativeConnection native_;
};

// Before connection_base among the bases, which keeps a reference to it.
struct PolicyHolder {
  AdoptedConnection policy;
};

class AdoptingSession final : public PqxxSession,
                              private PolicyHolder,
                              private pqxx::connection_base {
 public:
  explicit AdoptingSession(NativeConnection native)
      : PolicyHolder{AdoptedConnection{std::move(native)}}, pqxx::connection_base{policy} {
    try {
      init();
    } catch (...) {
      close();
      throw;
    }
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    inhibit_reactivation(true);
#pragma GCC diagnostic pop
  }
  ~AdoptingSession() override {
    close();
  }

  pqxx::connection_base& handle() override {
    return *this;
  }
  PGconn* native() const noexcept override {
    return policy.native();
  }
};

}  // namespace

Result<std::unique_ptr<PqxxSession>> open_pqxx_session(NativeConnection native,
                                                       const Secret& password) {
  try {
    return std::make_unique<AdoptingSession>(std::move(native));
  } catch (const std::exception& error) {
    return tl::unexpected(
        Error{ErrorKind::kBroken, "session set-up", password.redact(one_line(error.what()))});
  }
}

}  // namespace millpond::drivers
