#include "millpond/drivers/net/tls_channel.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <poll.h>

#include <array>
#include <cerrno>
#include <tl/expected.hpp>
#include <utility>

#include "millpond/drivers/net/system_error.h"
#include "millpond/drivers/net/wait_ready.h"

namespace millpond::drivers {
namespace {

constexpr char kPhase[] = "tls";

struct FreeContext {
  void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
};
using Context = std::unique_ptr<SSL_CTX, FreeContext>;

// The last thing OpenSSL complained of on this thread.
std::string complaint() {
  std::array<char, 256> text{};
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  if (code == 0) {
    return "no reason given";
  }
  const char* const reason = ERR_reason_error_string(code);
  if (reason != nullptr) {
    return reason;
  }
  ERR_error_string_n(code, text.data(), text.size());
  return text.data();
}

tl::unexpected<Error> refuse(const std::string& what) {
  return tl::unexpected(Error{ErrorKind::kConfiguration, kPhase, what + ": " + complaint()});
}

bool verifies(const TlsSettings& settings) {
  return settings.mode == TlsMode::kVerifyCa || settings.mode == TlsMode::kVerifyFull;
}

Result<void> load_authorities(SSL_CTX* context, const TlsSettings& settings) {
  if (!verifies(settings)) {
    return {};
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  const bool loaded = settings.ca.empty()
                          ? SSL_CTX_set_default_verify_paths(context) == 1
                          : SSL_CTX_load_verify_file(context, settings.ca.c_str()) == 1;
  if (!loaded) {
    return refuse("ca file " + settings.ca);
  }
  return {};
}

// The server may do without one; what it thinks of that it says after the handshake, if at all.
int note_that_it_asks(SSL* session, X509** /*certificate*/, EVP_PKEY** /*key*/) {
  SSL_set_app_data(session, session);
  return 0;
}

bool misses_our_certificate(const SSL* session) {
  return SSL_get_app_data(session) != nullptr;
}

Result<void> load_certificate(SSL_CTX* context, const TlsSettings& settings) {
  if (settings.cert.empty()) {
    SSL_CTX_set_client_cert_cb(context, note_that_it_asks);
    return {};
  }
  if (SSL_CTX_use_certificate_chain_file(context, settings.cert.c_str()) != 1) {
    return refuse("cert file " + settings.cert);
  }
  if (SSL_CTX_use_PrivateKey_file(context, settings.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context) != 1) {
    return refuse("key file " + settings.key);
  }
  return {};
}

bool is_address(const std::string& host) {
  in6_addr ignored{};
  return inet_pton(AF_INET, host.c_str(), &ignored) == 1 ||
         inet_pton(AF_INET6, host.c_str(), &ignored) == 1;
}

// Whom to ask for, and whose certificate it must be.
bool expect_host(SSL* session, const TlsSettings& settings, const std::string& host) {
  const bool address = is_address(host);
  if (!address && SSL_set_tlsext_host_name(session, host.c_str()) != 1) {
    return false;
  }
  if (settings.mode != TlsMode::kVerifyFull) {
    return true;
  }
  return address ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host.c_str()) == 1
                 : SSL_set1_host(session, host.c_str()) == 1;
}

}  // namespace

void TlsChannel::Free::operator()(SSL* session) const noexcept {
  SSL_free(session);
}

Result<TlsChannel> TlsChannel::connect(int fd, const TlsSettings& settings, const std::string& host,
                                       const Budget& budget) {
  ERR_clear_error();
  const Context context{SSL_CTX_new(TLS_client_method())};
  if (!context) {
    return refuse("TLS cannot be set up");
  }
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  if (auto loaded = load_authorities(context.get(), settings); !loaded) {
    return tl::unexpected(std::move(loaded.error()));
  }
  if (auto loaded = load_certificate(context.get(), settings); !loaded) {
    return tl::unexpected(std::move(loaded.error()));
  }
  TlsChannel channel{Session{SSL_new(context.get())}};
  if (!channel.session_ || !expect_host(channel.session_.get(), settings, host) ||
      SSL_set_fd(channel.session_.get(), fd) != 1) {
    return refuse("TLS cannot be set up for " + host);
  }
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  if (auto done = channel.shake_hands(budget); !done) {
    return tl::unexpected(std::move(done.error()));
  }
  return channel;
}

Result<void> TlsChannel::shake_hands(const Budget& budget) {
  SSL* const session = session_.get();
  for (int result = SSL_connect(session); result != 1; result = SSL_connect(session)) {
    auto ready = await(result, budget, kPhase);
    if (ready) {
      continue;
    }
    if (ready.error().kind == ErrorKind::kTimeout) {
      ready.error().message += ": does this port speak TLS?";
    }
    return ready;
  }
  return {};
}

Result<std::size_t> TlsChannel::read(std::span<char> into, const Budget& budget,
                                     std::string_view phase) {
  for (;;) {
    std::size_t size = 0;
    const int result = SSL_read_ex(session_.get(), into.data(), into.size(), &size);
    if (result == 1) {
      served_ = true;
      return size;
    }
    if (auto ready = await(result, budget, phase); !ready) {
      return tl::unexpected(std::move(ready.error()));
    }
  }
}

Result<void> TlsChannel::write(std::string_view bytes, const Budget& budget,
                               std::string_view phase) {
  while (!bytes.empty()) {
    std::size_t size = 0;
    const int result = SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &size);
    if (result == 1) {
      bytes.remove_prefix(size);
    } else if (auto ready = await(result, budget, phase); !ready) {
      return ready;
    }
  }
  return {};
}

bool TlsChannel::drained() const noexcept {
  return SSL_has_pending(session_.get()) == 0;
}

Result<void> TlsChannel::await(int result, const Budget& budget, std::string_view phase) {
  const int code = SSL_get_error(session_.get(), result);
  if (code == SSL_ERROR_WANT_READ || code == SSL_ERROR_WANT_WRITE) {
    const short events = code == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
    return wait_ready(SSL_get_fd(session_.get()), events, budget, phase);
  }
  return tl::unexpected(failure(code, phase));
}

Error TlsChannel::failure(int code, std::string_view phase) const {
  const int error_number = errno;
  const bool verified = (SSL_get_verify_mode(session_.get()) & SSL_VERIFY_PEER) != 0;
  const long verdict = verified ? SSL_get_verify_result(session_.get()) : X509_V_OK;
  if (verdict != X509_V_OK) {
    ERR_clear_error();
    return {ErrorKind::kConfiguration, std::string{phase},
            std::string{"the server's certificate is refused: "} +
                X509_verify_cert_error_string(verdict)};
  }
  if (!served_ && misses_our_certificate(session_.get())) {
    ERR_clear_error();
    return {ErrorKind::kConfiguration, kPhase,
            "the server asks for a certificate and does not go on without: state `cert` and `key`"};
  }
  if (code == SSL_ERROR_SYSCALL && error_number != 0) {
    ERR_clear_error();
    return system_error(error_number, std::string{phase}, "TLS");
  }
  const bool hung_up = code == SSL_ERROR_ZERO_RETURN || code == SSL_ERROR_SYSCALL ||
                       ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
  if (hung_up) {
    ERR_clear_error();
    return {ErrorKind::kBroken, std::string{phase}, "the server closed the connection"};
  }
  // With TLS 1.3 a server that misses a certificate says so only after the handshake.
  const bool told = ERR_GET_REASON(ERR_peek_last_error()) >= SSL_AD_REASON_OFFSET;
  const bool shaking = SSL_in_init(session_.get()) != 0;
  return {told || shaking ? ErrorKind::kConfiguration : ErrorKind::kProtocol, std::string{phase},
          "TLS: " + complaint()};
}

}  // namespace millpond::drivers
