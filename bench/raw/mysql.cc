#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

#include "millpond/bench/raw/raw_session.h"
#include "millpond/drivers/mysql/libmariadb.h"
#include "millpond/drivers/mysql/session_defaults.h"

namespace millpond::bench {
namespace {

using drivers::symbol;

// What the driver has no use for.
struct MoreOfLibmariadb {
  st_mysql* (*init)(st_mysql*) = symbol<st_mysql*(st_mysql*)>("mysql_init");
  st_mysql* (*connect)(st_mysql*, const char*, const char*, const char*, const char*, unsigned int,
                       const char*, unsigned long) =
      symbol<st_mysql*(st_mysql*, const char*, const char*, const char*, const char*, unsigned int,
                       const char*, unsigned long)>("mysql_real_connect");
  int (*query)(st_mysql*, const char*, unsigned long) =
      symbol<int(st_mysql*, const char*, unsigned long)>("mysql_real_query");
  int (*select_schema)(st_mysql*,
                       const char*) = symbol<int(st_mysql*, const char*)>("mysql_select_db");
  void (*close)(st_mysql*) = symbol<void(st_mysql*)>("mysql_close");
};

class RawMysql final : public RawSession {
 public:
  RawMysql(const drivers::Endpoint& endpoint, const drivers::SessionSettings& settings)
      : schema_(endpoint.path), mysql_(library_.init(nullptr), Close{library_.close}) {
    const drivers::SessionDefaults defaults{
        .schema = schema_,
        .statement_timeout =
            "max_statement_time = " +
            std::to_string(std::chrono::duration<double>(settings.statement_timeout).count())};
    settings_ = drivers::settings_statement(defaults);
    const st_mysql* const connected = library_.connect(
        mysql_.get(), endpoint.host.c_str(), endpoint.user.c_str(),
        endpoint.password.reveal().c_str(), schema_.c_str(), endpoint.port, nullptr, 0);
    check(connected == nullptr ? 1 : 0);
    reset();
  }

  void probe() override { check(drivers::libmariadb().ping(mysql_.get())); }

  void reset() override {
    check(drivers::libmariadb().reset(mysql_.get()));
    check(library_.select_schema(mysql_.get(), schema_.c_str()));
    check(library_.query(mysql_.get(), settings_.c_str(), settings_.size()));
  }

 private:
  struct Close {
    void (*close)(st_mysql*);
    void operator()(st_mysql* mysql) const { close(mysql); }
  };

  void check(int failed) const {
    if (failed != 0) {
      throw std::runtime_error{drivers::libmariadb().error_text(mysql_.get())};
    }
  }

  const MoreOfLibmariadb library_;
  const std::string schema_;
  std::string settings_;
  std::unique_ptr<st_mysql, Close> mysql_;
};

}  // namespace

std::unique_ptr<RawSession> raw_mysql(const drivers::Endpoint& endpoint,
                                      const drivers::SessionSettings& settings) {
  return std::make_unique<RawMysql>(endpoint, settings);
}

}  // namespace millpond::bench
