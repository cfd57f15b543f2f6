#include <libpq-fe.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <string>

#include "millpond/bench/raw/raw_session.h"
#include "millpond/drivers/postgres/reset_statements.h"

namespace millpond::bench {
namespace {

struct Finish {
  void operator()(PGconn* native) const { PQfinish(native); }
};

class RawPostgres final : public RawSession {
 public:
  explicit RawPostgres(PGconn* native) : native_(native) {
    if (PQstatus(native) != CONNECTION_OK) {
      throw std::runtime_error{PQerrorMessage(native)};
    }
  }

  void probe() override { execute(""); }
  void reset() override { execute(drivers::kResetPostgresSession); }

 private:
  void execute(const char* statements) {
    PGresult* const result = PQexec(native_.get(), statements);
    const ExecStatusType status = PQresultStatus(result);
    PQclear(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY) {
      throw std::runtime_error{PQerrorMessage(native_.get())};
    }
  }

  std::unique_ptr<PGconn, Finish> native_;
};

}  // namespace

std::unique_ptr<RawSession> raw_postgres(const drivers::Endpoint& endpoint,
                                         const drivers::SessionSettings& settings) {
  const std::string port = std::to_string(endpoint.port);
  const std::array keywords{"hostaddr",
                            "port",
                            "dbname",
                            "user",
                            "password",
                            "sslmode",
                            "gssencmode",
                            "application_name",
                            static_cast<const char*>(nullptr)};
  const std::array values{endpoint.host.c_str(),
                          port.c_str(),
                          endpoint.path.c_str(),
                          endpoint.user.c_str(),
                          endpoint.password.reveal().c_str(),
                          "disable",
                          "disable",
                          settings.app_name.c_str(),
                          static_cast<const char*>(nullptr)};
  return std::make_unique<RawPostgres>(PQconnectdbParams(keywords.data(), values.data(), 0));
}

}  // namespace millpond::bench
