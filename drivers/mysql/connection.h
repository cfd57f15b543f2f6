// One MySQL or MariaDB session, as the pools see it.
//
// Used by one thread at a time.
#pragma once

#include <cppconn/connection.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/mysql/limits.h"
#include "millpond/drivers/mysql/native_handle.h"
#include "millpond/drivers/mysql/session_defaults.h"
#include "millpond/drivers/mysql/session_follower.h"
#include "millpond/drivers/net/peer_address.h"
#include "millpond/drivers/secret.h"
#include "millpond/drivers/server_limits.h"

namespace millpond::drivers {

class MysqlConnection final : public Connection {
 public:
  // `native` is the session's.
  MysqlConnection(std::unique_ptr<sql::Connection> session, NativeHandle native,
                  SessionDefaults defaults, Secret password);
  ~MysqlConnection() override;

  // Makes the session what its defaults say, and follows it from there. Throws sql::SQLException.
  void settle();

  // What the server said about each statement, read from what the library keeps. Where that can't
  // be had, whoever had the handle may have changed anything.
  ResetNeed reset_need() const noexcept override;
  Result<void> probe(const Budget& budget) override;
  Result<void> reset(ResetNeed need, const Budget& budget) override;
  Result<ServerLimits> server_limits(const Budget& budget) override;
  int watch_fd() const noexcept override;
  std::string peer_address() const override { return drivers::peer_address(watch_fd()); }
  bool refused_write() const noexcept override;

  sql::Connection& handle() {
    used_ = true;
    return *session_;
  }

 private:
  bool intact() const noexcept;
  void reset_session();
  void end_transaction();
  // The session's own id, or 0 where the library hides it.
  unsigned long session_id() const noexcept;
  // Also fails what succeeded, but in another session than the one that was opened.
  Result<void> exchange(const char* phase, const Budget& budget, const std::function<void()>& work);

  MysqlSessionFollower follower_;
  std::unique_ptr<sql::Connection> session_;
  NativeHandle native_;
  SessionDefaults defaults_;
  Secret password_;
  unsigned long opened_as_;
  bool used_ = false;
  bool broken_ = false;
};

// Close-on-exec, keep-alive and the time-out of unacknowledged data; nothing where the library
// hides its socket.
void prepare_socket(const NativeHandle& native, std::chrono::microseconds tcp_user_timeout);

}  // namespace millpond::drivers
