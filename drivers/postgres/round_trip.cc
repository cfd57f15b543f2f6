#include "millpond/drivers/postgres/round_trip.h"

#include <poll.h>

#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "millpond/drivers/net/wait_ready.h"
#include "millpond/drivers/postgres/native_error.h"

namespace millpond::drivers {
namespace {

Error broken(PGconn* native, const char* phase) {
  return {ErrorKind::kBroken, phase, one_line(PQerrorMessage(native))};
}

std::optional<Error> error_in(const PGresult* result, const char* phase) {
  const ExecStatusType status = PQresultStatus(result);
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY) {
    return std::nullopt;
  }
  const char* sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  std::string message = one_line(PQresultErrorMessage(result));
  if (sqlstate == nullptr) {
    return Error{ErrorKind::kBroken, phase, std::move(message)};
  }
  return Error{kind_of_sqlstate(sqlstate), phase, message + " (SQLSTATE " + sqlstate + ")"};
}

// Until PQgetResult() would not block.
Result<void> await_result(PGconn* native, const char* phase, const Budget& budget) {
  while (PQisBusy(native) != 0) {
    if (auto ready = wait_ready(PQsocket(native), POLLIN, budget, phase); !ready) {
      return ready;
    }
    if (PQconsumeInput(native) == 0) {
      return tl::unexpected(broken(native, phase));
    }
  }
  return {};
}

}  // namespace

Result<NativeResult> round_trip(PGconn* native, const RoundTrip& what, const Budget& budget) {
  if (PQsendQuery(native, what.statements) == 0) {
    return tl::unexpected(broken(native, what.phase));
  }
  std::optional<Error> failure;
  NativeResult last;
  for (;;) {
    if (auto ready = await_result(native, what.phase, budget); !ready) {
      return tl::unexpected(std::move(ready.error()));
    }
    NativeResult result{PQgetResult(native)};
    if (!result) {
      break;
    }
    if (auto error = error_in(result.get(), what.phase); error && !failure) {
      failure = std::move(error);
    }
    last = std::move(result);
  }
  if (failure) {
    return tl::unexpected(std::move(*failure));
  }
  return last;
}

}  // namespace millpond::drivers
