// What PostgreSQL and libpq say, in the drivers' vocabulary.
//
// Pure functions; safe from any thread.
//
//   return tl::unexpected(error_of_connect({.text = PQerrorMessage(native)}, endpoint.password));
#pragma once

#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include "millpond/drivers/error.h"
#include "millpond/drivers/secret.h"

namespace millpond::drivers {

struct FailedDial {
  // libpq's message with PQERRORS_VERBOSE: only then does it hold the SQLSTATE of a refused
  // connect, and a server may speak any language.
  std::string_view text{};
  bool over_unix = false;  // by a Unix socket
  bool in_tls = false;     // between the request for TLS and the end of its handshake
  bool hung_up = false;    // the server had gone before it failed
};

// What fails in TLS while the server is still there is for an operator to mend: no TLS, a
// certificate, a name, a file.
Error error_of_connect(const FailedDial& failed, const Secret& password);

// Of a session's own statement; an empty `sqlstate` means that the connection broke.
ErrorKind kind_of_sqlstate(std::string_view sqlstate);

// Of what libpqxx throws at a borrower: nothing where the table knows of no such failure, as for a
// constraint that was violated.
std::optional<ErrorKind> kind_of_pqxx(const std::exception& thrown);

// `text` on one line, one blank between words.
std::string one_line(std::string_view text);

}  // namespace millpond::drivers
