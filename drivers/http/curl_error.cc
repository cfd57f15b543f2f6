#include "millpond/drivers/http/curl_error.h"

#include <string>

#include "millpond/drivers/errors/error_tables.h"
#include "millpond/drivers/net/system_error.h"

namespace millpond::drivers {
namespace {

ErrorKind kind_of_failed_connect(const EasyHandle& handle) {
  long error_number = handle.sockets().error_number();
  if (error_number == 0) {
    curl_easy_getinfo(handle.get(), CURLINFO_OS_ERRNO, &error_number);
  }
  const auto kind = kind_of_errno(static_cast<int>(error_number));
  return kind == ErrorKind::kBroken ? ErrorKind::kUnreachable : kind;
}

// A peer that hangs up in the middle may do better next time; one that answers something else than
// TLS, or not with what is asked for, will not.
ErrorKind kind_of_failed_handshake(const EasyHandle& handle) {
  const std::string_view text = handle.error_text();
  const bool hung_up = text.find("SSL_ERROR_SYSCALL") != std::string_view::npos ||
                       text.find("unexpected eof") != std::string_view::npos;
  return hung_up ? ErrorKind::kBroken : ErrorKind::kConfiguration;
}

bool is_about_tls(CURLcode code) {
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CONNECT_ERROR:
      return true;
    default:
      return false;
  }
}

ErrorKind kind_of(const EasyHandle& handle, CURLcode code) {
  if (code == CURLE_COULDNT_CONNECT) {
    return kind_of_failed_connect(handle);
  }
  if (code == CURLE_SSL_CONNECT_ERROR) {
    return kind_of_failed_handshake(handle);
  }
  const ErrorRule* const rule = find_exactly(http_errors(), std::to_string(code));
  return rule == nullptr ? ErrorKind::kBroken : rule->kind;
}

}  // namespace

Error curl_error(const EasyHandle& handle, CURLcode code, std::string_view phase) {
  std::string text = handle.error_text();
  if (text.empty()) {
    text = curl_easy_strerror(code);
  }
  if (code == CURLE_COULDNT_CONNECT && !handle.target().socket.empty()) {
    text = handle.target().socket + ": " + text;  // which libcurl calls by the host's name
  }
  text += " (curl error " + std::to_string(code) + ")";
  return {kind_of(handle, code), std::string{is_about_tls(code) ? "tls" : phase},
          handle.target().password.redact(std::move(text))};
}

}  // namespace millpond::drivers
