#include "millpond/drivers/mysql/native_handle.h"

#include <cppconn/exception.h>
#include <dlfcn.h>
#include <mysql_connection.h>

#include <boost/scoped_ptr.hpp>
#include <boost/shared_ptr.hpp>
#include <cstring>

#include "millpond/drivers/mysql/io_budget.h"
#include "millpond/drivers/mysql/libmariadb.h"

namespace millpond::drivers {
namespace {

using DriverWrapper = sql::mysql::NativeAPI::NativeDriverWrapper;
using ConnectionWrapper = sql::mysql::NativeAPI::NativeConnectionWrapper;

// An explicit instantiation may name private members: the one legal way to reach them.
template <class Key, typename Key::Type kMember>
struct Reveal {
  friend typename Key::Type revealed(Key) { return kMember; }
};
struct ProxyOfDriver {
  using Type = boost::scoped_ptr<DriverWrapper> sql::mysql::MySQL_Driver::*;
  friend Type revealed(ProxyOfDriver);
};
struct ProxyOfConnection {
  using Type = boost::shared_ptr<ConnectionWrapper> sql::mysql::MySQL_Connection::*;
  friend Type revealed(ProxyOfConnection);
};
template struct Reveal<ProxyOfDriver, &sql::mysql::MySQL_Driver::proxy>;
template struct Reveal<ProxyOfConnection, &sql::mysql::MySQL_Connection::proxy>;

// MySQL_NativeConnectionWrapper of 1.1.12.
struct WrapperLayout {
  void* vtable;
  boost::shared_ptr<void> api;
  st_mysql* mysql;
};

constexpr char kDriverWrapper[] = "_ZTVN3sql5mysql9NativeAPI25MySQL_NativeDriverWrapperE";
constexpr char kConnectionWrapper[] = "_ZTVN3sql5mysql9NativeAPI29MySQL_NativeConnectionWrapperE";

// What makes the wrapper of a connection that is still to be opened.
using MakeWrapper = ConnectionWrapper*(DriverWrapper*);

MakeWrapper* make_wrapper() {
  static MakeWrapper* const found =
      symbol<MakeWrapper>("_ZN3sql5mysql9NativeAPI25MySQL_NativeDriverWrapper9conn_initEv");
  return found;
}

bool is_a(const void* object, const char* vtable_symbol) {
  Dl_info symbol{};
  return object != nullptr && dladdr(*static_cast<void* const*>(object), &symbol) != 0 &&
         symbol.dli_sname != nullptr && std::strcmp(symbol.dli_sname, vtable_symbol) == 0;
}

DriverWrapper* wrapper_of(sql::mysql::MySQL_Driver& library) {
  return (library.*revealed(ProxyOfDriver{})).get();
}

st_mysql* mysql_in(const ConnectionWrapper* wrapper) {
  return is_a(wrapper, kConnectionWrapper) ? reinterpret_cast<const WrapperLayout*>(wrapper)->mysql
                                           : nullptr;
}

// True when the option can be read back: then the pointer is what we take it for.
bool set_io_wait(st_mysql* mysql) {
  constexpr int kIoWait = static_cast<int>(MysqlOption::kIoWait);
  IoWait* installed = nullptr;
  return libmariadb().set_option(mysql, kIoWait, &wait_within_budget) == 0 &&
         libmariadb().get_option(mysql, kIoWait, &installed) == 0 &&
         installed == &wait_within_budget;
}

}  // namespace

NativeHandle::NativeHandle(sql::Connection& connection, NativeAccess access) {
  auto* const known = dynamic_cast<sql::mysql::MySQL_Connection*>(&connection);
  auto* const library =
      known == nullptr ? nullptr : dynamic_cast<sql::mysql::MySQL_Driver*>(known->getDriver());
  if (library != nullptr && supports_native(*library, access)) {
    const auto& proxy = known->*revealed(ProxyOfConnection{});
    proxy_ = mysql_in(proxy.get()) != nullptr ? &proxy : nullptr;
  }
}

st_mysql* NativeHandle::mysql() const noexcept {
  const auto* proxy = static_cast<const boost::shared_ptr<ConnectionWrapper>*>(proxy_);
  return proxy == nullptr || !*proxy ? nullptr
                                     : reinterpret_cast<const WrapperLayout*>(proxy->get())->mysql;
}

int NativeHandle::socket() const noexcept {
  return libmariadb().socket(mysql());
}

unsigned long NativeHandle::session_id() const noexcept {
  return libmariadb().session_id(mysql());
}

unsigned int NativeHandle::last_error() const noexcept {
  return libmariadb().last_error(mysql());
}

bool NativeHandle::in_transaction() const noexcept {
  constexpr int kServerStatus = 30;  // MARIADB_CONNECTION_SERVER_STATUS
  constexpr unsigned int kInTransaction = 1;
  unsigned int status = 0;
  return libmariadb().get_info(mysql(), kServerStatus, &status) != 0 ||
         (status & kInTransaction) != 0;
}

bool NativeHandle::has_unread_result() const noexcept {
  // Without another result next_result() only looks whether this one was read.
  return libmariadb().more_results(mysql()) != 0 || libmariadb().next_result(mysql()) > 0;
}

void NativeHandle::ping() const {
  check(libmariadb().ping(mysql()));
}

void NativeHandle::reset() const {
  skip_results();
  check(libmariadb().reset(mysql()));
}

// Left to mysql_reset_connection() of 3.3 further results would never end once the connection
// breaks: it goes on to the next for as long as the last answer said that there is one. Only the
// rest of a stream that its sql::ResultSet still reads is for it to skip.
void NativeHandle::skip_results() const {
  const Libmariadb& library = libmariadb();
  constexpr int kNoMore = -1;
  int next = 0;
  while (next == 0) {
    if (st_mysql_res* const result = library.use_result(mysql())) {
      library.free_result(result);  // reads it to its end
    }
    next = library.next_result(mysql());
  }
  constexpr unsigned int kOutOfSync = 2014;
  const bool streams = last_error() == kOutOfSync && library.more_results(mysql()) == 0;
  check(next == kNoMore || streams ? 0 : 1);
}

void NativeHandle::check(int failed) const {
  if (failed != 0) {
    throw sql::SQLException{libmariadb().error_text(mysql()), libmariadb().sqlstate(mysql()),
                            static_cast<int>(last_error())};
  }
}

bool supports_native(sql::mysql::MySQL_Driver& library, NativeAccess access) {
  return access == NativeAccess::kWhereKnown && library.getMajorVersion() == 1 &&
         library.getMinorVersion() == 1 && library.getPatchVersion() == 12 &&
         libmariadb().complete() && make_wrapper() != nullptr &&
         is_a(wrapper_of(library), kDriverWrapper);
}

std::unique_ptr<sql::Connection> connect_bounded(sql::mysql::MySQL_Driver& library,
                                                 sql::ConnectOptionsMap& options,
                                                 const PrepareNative& prepare,
                                                 NativeAccess access) {
  if (!supports_native(library, access)) {
    prepare(nullptr);
    return std::unique_ptr<sql::Connection>{library.connect(options)};
  }
  ConnectionWrapper* const wrapper = make_wrapper()(wrapper_of(library));
  st_mysql* const mysql = mysql_in(wrapper);
  if (mysql != nullptr) {
    set_io_wait(mysql);
  }
  prepare(mysql);
  // What library.connect() does, which takes the wrapper over even when it throws.
  return std::make_unique<sql::mysql::MySQL_Connection>(&library, *wrapper, options);
}

}  // namespace millpond::drivers
