#include "millpond/drivers/mysql/vendor_error.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include "millpond/drivers/errors/error_tables.h"
#include "millpond/drivers/net/system_error.h"

namespace millpond::drivers {
namespace {

constexpr int kLostCode = 2013;

// "Can't connect to server on '10.0.0.7' (111)" → 111; 0 when there is none.
int errno_in(std::string_view message) {
  const auto open = message.rfind('(');
  return open == std::string_view::npos ? 0
                                        : std::atoi(std::string{message.substr(open + 1)}.c_str());
}

// What a server says instead of a handshake arrives as another code with the real one in its text,
// for nothing has proved whose words they are. 0 when there is none.
int code_before_tls(std::string_view message) {
  constexpr std::string_view kMark = "cannot be verified: ";
  const auto mark = message.find(kMark);
  return mark == std::string_view::npos
             ? 0
             : std::atoi(std::string{message.substr(mark + kMark.size())}.c_str());
}

// Most of what fails in TLS waits for an operator; a connection that breaks does not.
ErrorKind kind_of_tls(std::string_view message) {
  constexpr std::array<std::string_view, 4> kBreaks{"unexpected eof", "reset by peer",
                                                    "Broken pipe", "Success"};
  const bool broke = std::any_of(kBreaks.begin(), kBreaks.end(), [message](std::string_view known) {
    return message.find(known) != std::string_view::npos;
  });
  return broke ? ErrorKind::kBroken : ErrorKind::kConfiguration;
}

bool is_code_of_operating_system(int code) {
  return code >= 2001 && code <= 2004;
}

std::string_view phase_of(ErrorKind kind, std::string_view phase) {
  if (phase != "connect") {
    return phase;
  }
  if (kind == ErrorKind::kAuthentication) {
    return "authenticate";
  }
  return kind == ErrorKind::kConfiguration ? "session set-up" : phase;
}

}  // namespace

ErrorKind kind_of_code(int code, std::string_view message) {
  if (code == kTlsErrorCode) {
    return kind_of_tls(message);
  }
  if (is_code_of_operating_system(code)) {
    if (const int told = code_before_tls(message); told != 0) {
      return kind_of_code(told, {});
    }
    const int number = errno_in(message);
    // Without an IoBudget the library quotes the errno of before it knew the reason.
    return number == EINPROGRESS ? ErrorKind::kUnreachable : kind_of_errno(number);
  }
  const ErrorRule* const rule = find_exactly(mysql_errors(), std::to_string(code));
  return rule == nullptr ? ErrorKind::kBroken : rule->kind;
}

std::optional<ErrorKind> kind_of_thrown(const std::exception& thrown) {
  const auto* refused = dynamic_cast<const sql::SQLException*>(&thrown);
  if (refused == nullptr) {
    return std::nullopt;
  }
  const int code = refused->getErrorCode();
  const bool known = find_exactly(mysql_errors(), std::to_string(code)) != nullptr ||
                     is_broken_code(static_cast<unsigned int>(code));
  return known ? std::optional{kind_of_code(code, refused->what())} : std::nullopt;
}

bool is_broken_code(unsigned int code) {
  constexpr std::array<unsigned int, 4> kGone{2006, 2013, 2055, 1927};
  return std::find(kGone.begin(), kGone.end(), code) != kGone.end();
}

Error error_of(const sql::SQLException& exception, std::string_view phase) {
  std::string message = exception.what();
  const int code = exception.getErrorCode();
  const ErrorKind kind = kind_of_code(code, message);
  std::replace(message.begin(), message.end(), '\n', ' ');
  message += " (error " + std::to_string(code) + ", SQLSTATE " + exception.getSQLState() + ")";
  if (code == kLostCode && message.find("sending authentication") != std::string::npos) {
    // After a handshake of TLS 1.3 the server's reason is often lost with the connection.
    message += "; a server that does not accept the caller's certificate hangs up here, too";
  }
  const std::string_view where =
      code == kTlsErrorCode && phase == "connect" ? "tls" : phase_of(kind, phase);
  return {kind, std::string{where}, std::move(message)};
}

}  // namespace millpond::drivers
