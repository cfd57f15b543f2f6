#include "millpond/drivers/http/curl_error.h"

#include <string>

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
  switch (code) {
    case CURLE_COULDNT_CONNECT:
      return kind_of_failed_connect(handle);
    case CURLE_COULDNT_RESOLVE_HOST:
      return ErrorKind::kUnreachable;
    case CURLE_OPERATION_TIMEDOUT:
      return ErrorKind::kTimeout;
    case CURLE_ABORTED_BY_CALLBACK:
      return ErrorKind::kCancelled;
    case CURLE_OUT_OF_MEMORY:
    case CURLE_FAILED_INIT:
      return ErrorKind::kLocalExhaustion;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR:
      return ErrorKind::kConfiguration;
    case CURLE_SSL_CONNECT_ERROR:
      return kind_of_failed_handshake(handle);
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_WRITE_ERROR:
    case CURLE_BAD_CONTENT_ENCODING:
      return ErrorKind::kProtocol;
    default:
      return ErrorKind::kBroken;
  }
}

}  // namespace

Error curl_error(const EasyHandle& handle, CURLcode code, std::string_view phase) {
  std::string text = handle.error_text();
  if (text.empty()) {
    text = curl_easy_strerror(code);
  }
  text += " (curl error " + std::to_string(code) + ")";
  return {kind_of(handle, code), std::string{is_about_tls(code) ? "tls" : phase},
          handle.target().password.redact(std::move(text))};
}

}  // namespace millpond::drivers
