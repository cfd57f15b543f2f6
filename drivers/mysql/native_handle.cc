#include "millpond/drivers/mysql/native_handle.h"

#include <cppconn/exception.h>
#include <dlfcn.h>
#include <mysql_connection.h>

#include <boost/scoped_ptr.hpp>
#include <boost/shared_ptr.hpp>
#include <cstring>

#include "millpond/drivers/mysql/io_budget.h"

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

constexpr int kIoWaitOption = 7024;  // MARIADB_OPT_IO_WAIT of Connector/C 3.3
constexpr char kDriverWrapper[] = "_ZTVN3sql5mysql9NativeAPI25MySQL_NativeDriverWrapperE";
constexpr char kConnectionWrapper[] = "_ZTVN3sql5mysql9NativeAPI29MySQL_NativeConnectionWrapperE";

template <class Function>
Function* symbol(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, name));
}

// By name at run time: Debian's Connector/C++ comes without libmariadb's headers, and a program
// whose library has other functions must still start.
struct Functions {
  ConnectionWrapper* (*make_wrapper)(DriverWrapper*) = symbol<ConnectionWrapper*(DriverWrapper*)>(
      "_ZN3sql5mysql9NativeAPI25MySQL_NativeDriverWrapper9conn_initEv");
  int (*set_option)(st_mysql*, int, ...) = symbol<int(st_mysql*, int, ...)>("mysql_optionsv");
  int (*get_option)(st_mysql*, int, void*,
                    ...) = symbol<int(st_mysql*, int, void*, ...)>("mysql_get_optionv");
  int (*socket)(st_mysql*) = symbol<int(st_mysql*)>("mysql_get_socket");
  unsigned long (*session_id)(st_mysql*) = symbol<unsigned long(st_mysql*)>("mysql_thread_id");
  unsigned int (*last_error)(st_mysql*) = symbol<unsigned int(st_mysql*)>("mysql_errno");
  const char* (*error_text)(st_mysql*) = symbol<const char*(st_mysql*)>("mysql_error");
  const char* (*sqlstate)(st_mysql*) = symbol<const char*(st_mysql*)>("mysql_sqlstate");
  int (*reset)(st_mysql*) = symbol<int(st_mysql*)>("mysql_reset_connection");

  bool complete() const {
    return make_wrapper && set_option && get_option && socket && session_id && last_error &&
           error_text && sqlstate && reset;
  }
};

const Functions& functions() {
  static const Functions found;
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
  IoWait* installed = nullptr;
  return functions().set_option(mysql, kIoWaitOption, &wait_within_budget) == 0 &&
         functions().get_option(mysql, kIoWaitOption, &installed) == 0 &&
         installed == &wait_within_budget;
}

}  // namespace

NativeHandle::NativeHandle(sql::Connection& connection) {
  auto* const known = dynamic_cast<sql::mysql::MySQL_Connection*>(&connection);
  auto* const library =
      known == nullptr ? nullptr : dynamic_cast<sql::mysql::MySQL_Driver*>(known->getDriver());
  if (library != nullptr && supports_native(*library)) {
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
  return functions().socket(mysql());
}

unsigned long NativeHandle::session_id() const noexcept {
  return functions().session_id(mysql());
}

unsigned int NativeHandle::last_error() const noexcept {
  return functions().last_error(mysql());
}

void NativeHandle::reset() const {
  if (functions().reset(mysql()) != 0) {
    throw sql::SQLException{functions().error_text(mysql()), functions().sqlstate(mysql()),
                            static_cast<int>(last_error())};
  }
}

bool supports_native(sql::mysql::MySQL_Driver& library) {
  return library.getMajorVersion() == 1 && library.getMinorVersion() == 1 &&
         library.getPatchVersion() == 12 && functions().complete() &&
         is_a(wrapper_of(library), kDriverWrapper);
}

std::unique_ptr<sql::Connection> connect_bounded(sql::mysql::MySQL_Driver& library,
                                                 sql::ConnectOptionsMap& options) {
  if (!supports_native(library)) {
    return std::unique_ptr<sql::Connection>{library.connect(options)};
  }
  ConnectionWrapper* const wrapper = functions().make_wrapper(wrapper_of(library));
  if (st_mysql* const mysql = mysql_in(wrapper)) {
    set_io_wait(mysql);
  }
  // What library.connect() does, which takes the wrapper over even when it throws.
  return std::make_unique<sql::mysql::MySQL_Connection>(&library, *wrapper, options);
}

}  // namespace millpond::drivers
