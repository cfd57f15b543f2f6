#include "millpond/drivers/mysql/driver.h"

#include <cppconn/connection.h>
#include <mysql_driver.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/mysql/attempt.h"
#include "millpond/drivers/mysql/connection.h"
#include "millpond/drivers/mysql/native_access.h"
#include "millpond/drivers/mysql/native_handle.h"
#include "millpond/drivers/mysql/session_defaults.h"
#include "millpond/drivers/mysql/tls_handshake.h"
#include "millpond/drivers/net/resolve.h"
#include "millpond/drivers/tls.h"

namespace millpond::drivers {
namespace {

// The library makes its driver in an unguarded static: racing first calls crash.
sql::mysql::MySQL_Driver& library() {
  static std::once_flag once;
  static sql::mysql::MySQL_Driver* driver = nullptr;
  std::call_once(once, [] { driver = sql::mysql::get_driver_instance(); });
  return *driver;
}

int whole_seconds(std::chrono::nanoseconds time) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(time).count();
  return static_cast<int>(std::max<std::chrono::seconds::rep>(seconds, 1));
}

std::string url_of(const std::string& address, std::uint16_t port) {
  const bool ipv6 = address.find(':') != std::string::npos;
  return "tcp://" + (ipv6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

struct Target {
  const Endpoint& endpoint;
  const SessionSettings& settings;
  const std::string& address;  // numeric; unused for a Unix socket
  NativeAccess access;
};

sql::ConnectOptionsMap options_for(const Target& target, const Budget& budget) {
  const auto& [endpoint, settings, address, access] = target;
  sql::ConnectOptionsMap options;
  options["hostName"] = sql::SQLString{endpoint.is_unix() ? "unix://" + endpoint.host
                                                          : url_of(address, endpoint.port)};
  options["userName"] = sql::SQLString{endpoint.user};
  options["password"] = sql::SQLString{endpoint.password.reveal()};
  options["schema"] = sql::SQLString{schema_of(endpoint)};
  options["OPT_CONNECT_TIMEOUT"] = whole_seconds(budget.remaining());
  if (settings.read_timeout.count() > 0) {
    options["OPT_READ_TIMEOUT"] = whole_seconds(settings.read_timeout);
  }
  if (settings.write_timeout.count() > 0) {
    options["OPT_WRITE_TIMEOUT"] = whole_seconds(settings.write_timeout);
  }
  if (!settings.app_name.empty()) {
    options["OPT_CONNECT_ATTR_ADD"] =
        std::map<sql::SQLString, sql::SQLString>{{"program_name", settings.app_name}};
  }
  return options;
}

void prepare_native(st_mysql* mysql, const TlsSettings& settings, TlsHandshake& tls) {
  if (mysql != nullptr) {
    tls.prepare(mysql);
  } else if (settings.mode != TlsMode::kOff) {
    refuse_tls("this version of Connector/C++ can't be made to keep to TLS");
  }
}

Result<std::unique_ptr<Connection>> dial(const Target& target, const Budget& budget) {
  std::unique_ptr<Connection> connection;
  const Attempt what{.phase = "connect", .password = target.endpoint.password, .budget = budget};
  auto done = attempt(what, [&] {
    sql::ConnectOptionsMap options = options_for(target, budget);
    TlsHandshake tls{target.endpoint.tls, target.endpoint.host};
    const auto prepare = [&](st_mysql* mysql) { prepare_native(mysql, target.endpoint.tls, tls); };
    auto session = connect_bounded(library(), options, prepare, target.access);
    const NativeHandle native{*session, target.access};
    tls.confirm(native.mysql());
    prepare_socket(native, target.settings.tcp_user_timeout);
    SessionDefaults defaults = read_defaults(*session, target.endpoint, target.settings);
    auto opened = std::make_unique<MysqlConnection>(std::move(session), native, std::move(defaults),
                                                    target.endpoint.password);
    opened->settle();
    connection = std::move(opened);
  });
  if (!done) {
    Error error = std::move(done.error());
    error.message = "connection to " + target.endpoint.to_string() + ": " + error.message;
    return tl::unexpected(std::move(error));
  }
  return connection;
}

// Another address of the same name may do better only when nobody answered at this one.
bool try_next_address(const Error& error, const Budget& budget) {
  const bool unanswered =
      error.kind == ErrorKind::kRefused || error.kind == ErrorKind::kUnreachable;
  return unanswered && !budget.expired();
}

Result<std::unique_ptr<Connection>> dial_unix(const Target& target, const Budget& budget) {
  const Endpoint& endpoint = target.endpoint;
  if (endpoint.tls.mode != TlsMode::kOff) {
    return tl::unexpected(Error{ErrorKind::kConfiguration, "tls",
                                "TLS over the Unix socket " + endpoint.host + " is not supported"});
  }
  return dial(target, budget);
}

class MysqlDriver final : public Driver {
 public:
  explicit MysqlDriver(NativeAccess access) : access_(access) { library(); }

  std::string_view backend() const noexcept override { return "mysql"; }

  Result<std::unique_ptr<Connection>> connect(const Endpoint& endpoint,
                                              const SessionSettings& settings,
                                              const Budget& budget) const override {
    if (endpoint.is_unix()) {
      return dial_unix({endpoint, settings, endpoint.host, access_}, budget);
    }
    const auto addresses = resolver_.resolve(endpoint.host, budget);
    if (!addresses) {
      return tl::unexpected(addresses.error());
    }
    for (std::size_t at = 0;; ++at) {
      auto connection = dial({endpoint, settings, (*addresses)[at], access_}, budget);
      if (connection || at + 1 == addresses->size() ||
          !try_next_address(connection.error(), budget)) {
        return connection;
      }
    }
  }

 private:
  const NativeAccess access_;
  Resolver resolver_;
};

}  // namespace

std::shared_ptr<const Driver> make_mysql_driver(NativeAccess access) {
  return std::make_shared<MysqlDriver>(access);
}

}  // namespace millpond::drivers
