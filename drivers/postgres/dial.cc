#include "millpond/drivers/postgres/dial.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <map>
#include <tl/expected.hpp>
#include <utility>

#include "millpond/drivers/net/wait_ready.h"
#include "millpond/drivers/postgres/native_error.h"
#include "millpond/drivers/postgres/tls_parameters.h"
#include "millpond/drivers/secret.h"
#include "millpond/drivers/tls.h"

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

// Where the server is. `host` stays the name that the operator wrote: a certificate is held
// against it.
Parameters place_of(const PostgresTarget& target) {
  const auto& [endpoint, settings, addresses] = target;
  Parameters place{{"port", std::to_string(endpoint.port)}};
  if (endpoint.is_unix()) {
    place["host"] = std::filesystem::path{endpoint.host}.parent_path().string();
  } else {
    place["host"] = joined(std::vector<std::string>(addresses.size(), endpoint.host));
    place["hostaddr"] = joined(addresses);
  }
  return place;
}

Parameters session_of(const PostgresTarget& target) {
  const auto& [endpoint, settings, addresses] = target;
  const std::string database =
      endpoint.path.starts_with('/') ? endpoint.path.substr(1) : endpoint.path;
  Parameters parameters{
      {"dbname", database},
      {"user", endpoint.user},
      {"application_name", settings.app_name},
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

// What libpq would take another way than it was meant.
Result<void> check(const Endpoint& endpoint) {
  std::string reason;
  if (endpoint.is_unix() && endpoint.tls.mode != TlsMode::kOff) {
    reason = "a Unix socket carries no TLS; state tls = \"off\"";
  } else if (endpoint.is_unix() && endpoint.host.find(',') != std::string::npos) {
    reason = "libpq takes a comma in a socket's path for the end of a host's name";
  }
  if (reason.empty()) {
    return {};
  }
  return tl::unexpected(
      Error{ErrorKind::kConfiguration, "connect", endpoint.to_string() + ": " + reason});
}

Result<Parameters> parameters_of(const PostgresTarget& target) {
  if (auto checked = check(target.endpoint); !checked) {
    return tl::unexpected(std::move(checked.error()));
  }
  auto parameters = tls_parameters(target.endpoint.tls);
  if (parameters) {
    parameters->merge(place_of(target));
    parameters->merge(session_of(target));
  }
  return parameters;
}

NativeConnection start(const Parameters& parameters, const Secret& password) {
  std::vector<const char*> keywords;
  std::vector<const char*> values;
  for (const auto& [keyword, value] : parameters) {
    keywords.push_back(keyword.c_str());
    values.push_back(value.c_str());
  }
  keywords.push_back("password");
  values.push_back(password.reveal().c_str());  // no further copy of it in memory
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  NativeConnection native{PQconnectStartParams(keywords.data(), values.data(), 0)};
  PQsetErrorVerbosity(native.get(), PQERRORS_VERBOSE);  // for error_of_connect()
  return native;
}

bool in_tls(PGconn* native) {
  return PQstatus(native) == CONNECTION_SSL_STARTUP;
}

// Where the dial got to, for a time-out's message.
std::string phase_of(PGconn* native) {
  if (in_tls(native)) {
    return "tls";
  }
  const ConnStatusType status = PQstatus(native);
  return status == CONNECTION_STARTED || status == CONNECTION_NEEDED ? "connect" : "authenticate";
}

// libpq changes sockets between addresses, so each step asks for the descriptor anew.
Result<void> await_step(PGconn* native, PostgresPollingStatusType step, const Budget& budget) {
  const short events = step == PGRES_POLLING_READING ? POLLIN : POLLOUT;
  return wait_ready(PQsocket(native), events, budget, phase_of(native));
}

// Said by the socket, because libpq says it in the language of this process.
bool has_hung_up(PGconn* native) {
  char next = 0;
  const auto received = ::recv(PQsocket(native), &next, 1, MSG_PEEK | MSG_DONTWAIT);
  return received == 0 || (received < 0 && errno != EAGAIN && errno != EINTR);
}

// Until the session stands.
Result<void> complete(PGconn* native, const Endpoint& endpoint, const Budget& budget) {
  auto step = PQstatus(native) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
  FailedDial last{.over_unix = endpoint.is_unix()};
  while (step != PGRES_POLLING_OK && step != PGRES_POLLING_FAILED) {
    if (auto ready = await_step(native, step, budget); !ready) {
      Error error = std::move(ready.error());
      error.message = "connection to " + endpoint.to_string() + ": " + error.message;
      return tl::unexpected(std::move(error));
    }
    last.in_tls = in_tls(native);
    last.hung_up = last.in_tls && has_hung_up(native);
    step = PQconnectPoll(native);
  }
  if (step == PGRES_POLLING_FAILED) {
    last.text = PQerrorMessage(native);
    return tl::unexpected(error_of_connect(last, endpoint.password));
  }
  return {};
}

}  // namespace

Result<NativeConnection> dial_postgres(const PostgresTarget& target, const Budget& budget) {
  const Endpoint& endpoint = target.endpoint;
  const auto parameters = parameters_of(target);
  if (!parameters) {
    return tl::unexpected(parameters.error());
  }
  NativeConnection native = start(*parameters, endpoint.password);
  if (!native) {
    return tl::unexpected(Error{ErrorKind::kLocalExhaustion, "connect", "libpq: out of memory"});
  }
  if (auto done = complete(native.get(), endpoint, budget); !done) {
    return tl::unexpected(std::move(done.error()));
  }
  if (endpoint.tls.mode != TlsMode::kOff && PQsslInUse(native.get()) == 0) {
    return tl::unexpected(Error{ErrorKind::kConfiguration, "tls",
                                "connection to " + endpoint.to_string() +
                                    ": it would be in the clear although TLS is asked for"});
  }
  PQsetErrorVerbosity(native.get(), PQERRORS_DEFAULT);
  return native;
}

}  // namespace millpond::drivers
