// One PostgreSQL session, as the pools see it.
//
// Used by one thread at a time.
#pragma once

#include <memory>
#include <pqxx/connection_base>
#include <string>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/net/peer_address.h"
#include "millpond/drivers/postgres/pqxx_session.h"
#include "millpond/drivers/postgres/round_trip.h"
#include "millpond/drivers/postgres/session_follower.h"
#include "millpond/drivers/secret.h"
#include "millpond/drivers/server_limits.h"

namespace millpond::drivers {

class PostgresConnection final : public Connection {
 public:
  PostgresConnection(std::unique_ptr<PqxxSession> session, Secret password);

  ResetNeed reset_need() const noexcept override;
  Result<void> probe(const Budget& budget) override;
  Result<void> reset(ResetNeed need, const Budget& budget) override;
  Result<ServerLimits> server_limits(const Budget& budget) override;
  int watch_fd() const noexcept override;
  std::string peer_address() const override { return drivers::peer_address(watch_fd()); }
  bool refused_write() const noexcept override;

  pqxx::connection_base& handle() { return session_->handle(); }

 private:
  Result<void> reset_session(const std::string& rollback, const Budget& budget);
  Result<NativeResult> exchange(const std::string& statements, const char* phase,
                                const Budget& budget);
  Error redacted(Error error) const;

  PostgresSessionFollower follower_;  // outlives the session
  std::unique_ptr<PqxxSession> session_;
  Secret password_;
};

}  // namespace millpond::drivers
