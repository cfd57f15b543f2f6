// MySQL's and MariaDB's error codes in the drivers' vocabulary.
//
// Pure functions; safe from any thread.
//
//   return tl::unexpected(error_of(exception, "connect"));
#pragma once

#include <cppconn/exception.h>

#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include "millpond/drivers/error.h"

namespace millpond::drivers {

// CR_SSL_CONNECTION_ERROR: everything that libmariadb, or this driver, has to say about TLS.
inline constexpr int kTlsErrorCode = 2026;

// The phase is `phase` unless the code says that the dial had got further.
Error error_of(const sql::SQLException& exception, std::string_view phase);

// `message` is looked at for codes that only quote the operating system's.
ErrorKind kind_of_code(int code, std::string_view message);

// Of what Connector/C++ throws at a borrower: nothing where the table knows of no such failure, as
// for a duplicate key.
std::optional<ErrorKind> kind_of_thrown(const std::exception& thrown);

// True for the client library's codes that mean "this session is gone".
bool is_broken_code(unsigned int code);

}  // namespace millpond::drivers
