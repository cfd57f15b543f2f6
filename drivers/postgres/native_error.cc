#include "millpond/drivers/postgres/native_error.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <pqxx/except>
#include <sstream>
#include <system_error>

#include "millpond/drivers/errors/error_tables.h"
#include "millpond/drivers/net/system_error.h"

namespace millpond::drivers {
namespace {

// libpq puts strerror()'s words into its text, in the language of this process; so does
// std::error_code.
constexpr std::array kErrnoCandidates{
    ECONNREFUSED, EHOSTUNREACH, EHOSTDOWN, ENETUNREACH,   ENETDOWN,     ETIMEDOUT,  EMFILE, ENFILE,
    ENOBUFS,      ENOMEM,       EAGAIN,    EADDRNOTAVAIL, EAFNOSUPPORT, ECONNRESET, EPIPE};

bool tells_of(std::string_view text, int error_number) {
  return text.find(std::generic_category().message(error_number)) != std::string_view::npos;
}

std::optional<ErrorKind> kind_of_local_text(const FailedDial& failed) {
  if (failed.over_unix && tells_of(failed.text, ENOENT)) {
    return kind_of_errno(ENOENT);  // by TCP it is about another file
  }
  const auto* found = std::find_if(kErrnoCandidates.begin(), kErrnoCandidates.end(),
                                   [&](int number) { return tells_of(failed.text, number); });
  if (found == kErrnoCandidates.end()) {
    return std::nullopt;
  }
  return kind_of_errno(*found);
}

// OpenSSL's words for "the server refused what we showed it", in every language; with TLS 1.3 they
// come after the handshake.
bool is_alert(std::string_view text) {
  return text.find(" alert ") != std::string_view::npos;
}

bool is_sqlstate(std::string_view text) {
  return text.size() == 5 && std::all_of(text.begin(), text.end(), [](char letter) {
           return (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'Z');
         });
}

// "FATAL:  28P01: password authentication failed …" → "28P01".
std::string_view sqlstate_in(std::string_view text) {
  constexpr std::string_view kAfterSeverity = ":  ";
  for (auto at = text.find(kAfterSeverity); at != std::string_view::npos;
       at = text.find(kAfterSeverity, at + 1)) {
    const std::string_view candidate = text.substr(at + kAfterSeverity.size(), 5);
    const std::string_view rest = text.substr(at + kAfterSeverity.size() + candidate.size());
    if (is_sqlstate(candidate) && rest.starts_with(": ")) {
      return candidate;
    }
  }
  return {};
}

// The server's source file and line, which PQERRORS_VERBOSE adds as the last line, help nobody.
std::string_view without_location(std::string_view text, std::string_view sqlstate) {
  const auto last = text.substr(0, text.find_last_not_of('\n') + 1).rfind('\n');
  return sqlstate.empty() || last == std::string_view::npos ? text : text.substr(0, last);
}

std::string phase_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kAuthentication:
      return "authenticate";
    case ErrorKind::kConfiguration:
      return "session set-up";
    default:
      return "connect";
  }
}

// Had gone before libpq looked, or went between two looks of one step.
bool has_gone(const FailedDial& failed) {
  return failed.hung_up || failed.text.find("EOF detected") != std::string_view::npos;
}

}  // namespace

ErrorKind kind_of_sqlstate(std::string_view sqlstate) {
  const ErrorRule* const rule = find_beginning(postgres_errors(), sqlstate);
  return rule == nullptr ? ErrorKind::kBroken : rule->kind;
}

std::optional<ErrorKind> kind_of_pqxx(const std::exception& thrown) {
  if (dynamic_cast<const pqxx::broken_connection*>(&thrown) != nullptr) {
    return ErrorKind::kBroken;
  }
  const auto* refused = dynamic_cast<const pqxx::sql_error*>(&thrown);
  const ErrorRule* const rule =
      refused == nullptr ? nullptr : find_beginning(postgres_errors(), refused->sqlstate());
  return rule == nullptr ? std::nullopt : std::optional{rule->kind};
}

Error error_of_connect(const FailedDial& failed, const Secret& password) {
  const std::string_view sqlstate = sqlstate_in(failed.text);
  std::string message = password.redact(one_line(without_location(failed.text, sqlstate)));
  if (!sqlstate.empty()) {
    const ErrorKind kind = kind_of_sqlstate(sqlstate);
    return {kind, phase_of(kind), std::move(message)};
  }
  const bool alert = is_alert(failed.text);
  const bool refused = alert || (failed.in_tls && !has_gone(failed));
  const ErrorKind kind =
      kind_of_local_text(failed).value_or(refused ? ErrorKind::kConfiguration : ErrorKind::kBroken);
  return {kind, failed.in_tls || alert ? "tls" : phase_of(kind), std::move(message)};
}

std::string one_line(std::string_view text) {
  std::istringstream words{std::string{text}};
  std::string line;
  for (std::string word; words >> word;) {
    line += (line.empty() ? "" : " ") + word;
  }
  return line;
}

}  // namespace millpond::drivers
