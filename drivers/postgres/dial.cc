#include "millpond/drivers/postgres/dial.h"

#include <poll.h>

#include <chrono>
#include <map>
#include <tl/expected.hpp>
#include <utility>

#include "millpond/drivers/net/wait_ready.h"
#include "millpond/drivers/postgres/native_error.h"

namespace millpond::drivers {
namespace {

using Parameters = std::map<std::string, std::string>;

std::string milliseconds_of(std::chrono::microseconds time) {
  return std::to_string(std::chrono::ceil<std::chrono::milliseconds>(time).count());
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) {
    all += (all.empty() ? "" : ",") + text;
  }
  return all;
}

Parameters parameters_of(const PostgresTarget& target) {
  const auto& [endpoint, settings, addresses] = target;
  const std::string database =
      endpoint.path.starts_with('/') ? endpoint.path.substr(1) : endpoint.path;
  Parameters parameters{
      {"host", joined(std::vector<std::string>(addresses.size(), endpoint.host))},
      {"hostaddr", joined(addresses)},
      {"port", std::to_string(endpoint.port)},
      {"dbname", database},
      {"user", endpoint.user},
      {"application_name", settings.app_name},
      {"sslmode", "disable"},
      {"gssencmode", "disable"},
      {"keepalives", "1"},
      {"keepalives_idle", "15"},
      {"keepalives_interval", "5"},
      {"keepalives_count", "3"},
  };
  if (settings.tcp_user_timeout.count() > 0) {
    parameters["tcp_user_timeout"] = milliseconds_of(settings.tcp_user_timeout);
  }
  if (settings.statement_timeout.count() > 0) {
    parameters["options"] = "-c statement_timeout=" + milliseconds_of(settings.statement_timeout);
  }
  return parameters;
}

NativeConnection start(const PostgresTarget& target) {
  const Parameters parameters = parameters_of(target);
  std::vector<const char*> keywords;
  std::vector<const char*> values;
  for (const auto& [keyword, value] : parameters) {
    keywords.push_back(keyword.c_str());
    values.push_back(value.c_str());
  }
  keywords.push_back("password");
  values.push_back(target.endpoint.password.reveal().c_str());  // no further copy of it in memory
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  NativeConnection native{PQconnectStartParams(keywords.data(), values.data(), 0)};
  PQsetErrorVerbosity(native.get(), PQERRORS_VERBOSE);  // for error_of_connect()
  return native;
}

// Where the dial got to, for a time-out's message.
std::string phase_of(PGconn* native) {
  const ConnStatusType status = PQstatus(native);
  return status == CONNECTION_STARTED || status == CONNECTION_NEEDED ? "connect" : "authenticate";
}

// libpq changes sockets between addresses, so each step asks for the descriptor anew.
Result<void> await_step(PGconn* native, PostgresPollingStatusType step, const Budget& budget) {
  const short events = step == PGRES_POLLING_READING ? POLLIN : POLLOUT;
  return wait_ready(PQsocket(native), events, budget, phase_of(native));
}

}  // namespace

Result<NativeConnection> dial_postgres(const PostgresTarget& target, const Budget& budget) {
  NativeConnection native = start(target);
  if (!native) {
    return tl::unexpected(Error{ErrorKind::kLocalExhaustion, "connect", "libpq: out of memory"});
  }
  auto step =
      PQstatus(native.get()) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
  while (step != PGRES_POLLING_OK && step != PGRES_POLLING_FAILED) {
    if (auto ready = await_step(native.get(), step, budget); !ready) {
      Error error = std::move(ready.error());
      error.message = "connection to " + target.endpoint.to_string() + ": " + error.message;
      return tl::unexpected(std::move(error));
    }
    step = PQconnectPoll(native.get());
  }
  if (step == PGRES_POLLING_FAILED) {
    return tl::unexpected(error_of_connect(PQerrorMessage(native.get()), target.endpoint.password));
  }
  PQsetErrorVerbosity(native.get(), PQERRORS_DEFAULT);
  return native;
}

}  // namespace millpond::drivers
