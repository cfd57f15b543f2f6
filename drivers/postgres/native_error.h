// What PostgreSQL and libpq say, in the drivers' vocabulary.
//
// Pure functions; safe from any thread.
//
//   return tl::unexpected(error_of_connect(PQerrorMessage(native), endpoint.password));
#pragma once

#include <string>
#include <string_view>

#include "millpond/drivers/error.h"
#include "millpond/drivers/secret.h"

namespace millpond::drivers {

// `text` is libpq's message with PQERRORS_VERBOSE: only then does it hold the SQLSTATE of a refused
// connect, and a server may speak any language.
Error error_of_connect(std::string_view text, const Secret& password);

// Of a statement; an empty `sqlstate` means that the connection broke.
ErrorKind kind_of_sqlstate(std::string_view sqlstate);

// `text` on one line, one blank between words.
std::string one_line(std::string_view text);

}  // namespace millpond::drivers
