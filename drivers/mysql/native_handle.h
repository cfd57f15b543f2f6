// What Connector/C++ 1.1 hides and a pool needs: libmariadb's connection behind a sql::Connection.
//
// The way there is not public, so it is taken only with the very version it was written for, after
// the library's symbols have confirmed each step. supports_native() says whether; without it the
// driver still works, but coarser, as driver.h says.
//
// Used by the thread that uses the connection.
//
//   auto session = connect_bounded(library, options);
//   if (const NativeHandle native{*session}) { native.reset(); }
#pragma once

#include <cppconn/connection.h>
#include <mysql_driver.h>

#include <functional>
#include <memory>

#include "millpond/drivers/mysql/native_access.h"

struct st_mysql;

namespace millpond::drivers {

class NativeHandle {
 public:
  // Empty where the library is another version than the one this was written for.
  explicit NativeHandle(sql::Connection& connection,
                        NativeAccess access = NativeAccess::kWhereKnown);

  // Also false once the borrower has closed the connection.
  explicit operator bool() const noexcept { return mysql() != nullptr; }

  int socket() const noexcept;
  // The server's id of this session; another one after the borrower's reconnect().
  unsigned long session_id() const noexcept;
  // The code of the last failure; 0 after a success.
  unsigned int last_error() const noexcept;
  // As the server said last.
  bool in_transaction() const noexcept;
  // Whether a result is half read, or another one follows. Forgets last_error().
  bool has_unread_result() const noexcept;
  // libmariadb's own; null when this handle is empty.
  st_mysql* mysql() const noexcept;
  // Sends COM_PING, which the server answers without parsing anything. Throws sql::SQLException.
  void ping() const;
  // Reads to their end what results there are, and sends COM_RESET_CONNECTION. Throws
  // sql::SQLException; also for a stream that its sql::ResultSet still reads while others follow.
  void reset() const;

 private:
  void skip_results() const;
  void check(int failed) const;

  const void* proxy_ = nullptr;  // the connection's own pointer to what it hides
};

bool supports_native(sql::mysql::MySQL_Driver& library,
                     NativeAccess access = NativeAccess::kWhereKnown);

// Sets options of libmariadb's that Connector/C++ has no name for. Given null where they can't be,
// and may throw then; otherwise a throw leaks what the library has made, whose type is hidden.
using PrepareNative = std::function<void(st_mysql*)>;

// As library.connect(), but all its waits, then and later, obey the IoBudget of their thread. Falls
// back to library.connect() itself. Throws sql::SQLException, and whatever `prepare` throws.
std::unique_ptr<sql::Connection> connect_bounded(sql::mysql::MySQL_Driver& library,
                                                 sql::ConnectOptionsMap& options,
                                                 const PrepareNative& prepare, NativeAccess access);

}  // namespace millpond::drivers
