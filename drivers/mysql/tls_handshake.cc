#include "millpond/drivers/mysql/tls_handshake.h"

#include <cppconn/exception.h>
#include <fcntl.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "millpond/drivers/mysql/libmariadb.h"
#include "millpond/drivers/mysql/tls_sockets.h"
#include "millpond/drivers/mysql/vendor_error.h"

namespace millpond::drivers {
namespace {

constexpr char kSystemAuthorities[] = "/etc/ssl/certs/ca-certificates.crt";
constexpr int kIndexOfSsl = 0;  // CRYPTO_EX_INDEX_SSL

thread_local TlsHandshake* current = nullptr;

// Called for each object that is made, and that is freed.
using ObjectHook = void(void* object, void* value, void* data, int index, long number,
                        void* argument);

// The OpenSSL that libmariadb uses, by name: its headers are not the project's either.
struct OpenSsl {
  int (*add_hooks)(int kind, long number, void* argument, ObjectHook*, void* duplicate,
                   ObjectHook*) =
      symbol<int(int, long, void*, ObjectHook*, void*, ObjectHook*)>("CRYPTO_get_ex_new_index");
  int (*set_value)(ssl_st*, int index,
                   void* value) = symbol<int(ssl_st*, int, void*)>("SSL_set_ex_data");
  int (*expect_host)(ssl_st*, const char*) = symbol<int(ssl_st*, const char*)>("SSL_set1_host");
  int index = -1;  // where an SSL of ours holds itself

  bool complete() const { return add_hooks && set_value && expect_host && index >= 0; }
};

void on_new_ssl(void* ssl, void* /*value*/, void* /*data*/, int /*index*/, long /*number*/,
                void* /*argument*/) {
  TlsHandshake::on_new(static_cast<ssl_st*>(ssl));
}

void on_free_ssl(void* /*ssl*/, void* value, void* /*data*/, int /*index*/, long /*number*/,
                 void* /*argument*/) {
  if (value != nullptr) {
    forget_tls(static_cast<ssl_st*>(value));
  }
}

// libmariadb shows nobody its SSL before the password is sent, but OpenSSL tells of each new one.
const OpenSsl& open_ssl() {
  static const OpenSsl found = [] {
    OpenSsl functions;
    if (functions.add_hooks) {
      functions.index =
          functions.add_hooks(kIndexOfSsl, 0, nullptr, &on_new_ssl, nullptr, &on_free_ssl);
    }
    return functions;
  }();
  return found;
}

// libmariadb would name no file.
void require_readable(const std::string& path, const char* what) {
  errno = 0;
  std::ifstream file{path};
  if (!file || file.peek() == std::ifstream::traits_type::eof()) {
    refuse_tls(std::string{"can't read the "} + what + " " + path + ": " +
               (errno != 0 ? std::strerror(errno) : "it is empty"));
  }
}

void set(st_mysql* mysql, MysqlOption option, const void* value) {
  if (libmariadb().set_option(mysql, static_cast<int>(option), value) != 0) {
    refuse_tls("libmariadb refuses TLS option " + std::to_string(static_cast<int>(option)));
  }
}

std::string authorities_of(const TlsSettings& settings) {
  return settings.ca.empty() ? kSystemAuthorities : settings.ca;
}

}  // namespace

void refuse_tls(const std::string& reason) {
  throw sql::SQLException{reason, "HY000", kTlsErrorCode};
}

TlsHandshake::TlsHandshake(const TlsSettings& settings, const std::string& host)
    : settings_(settings), host_(host) {
  if (wanted() && !open_ssl().complete()) {
    refuse_tls("this libmariadb uses no OpenSSL that could be asked to check a server's name");
  }
  if (verifies()) {
    require_readable(authorities_of(settings), "authorities");
  }
  if (wanted() && !settings.cert.empty()) {
    require_readable(settings.cert, "certificate");
  }
  if (wanted() && !settings.key.empty()) {
    require_readable(settings.key, "key");
  }
}

TlsHandshake::~TlsHandshake() {
  current = nullptr;
}

void TlsHandshake::prepare(st_mysql* mysql) {
  if (!wanted()) {
    return;
  }
  const char enforce = 1;
  set(mysql, MysqlOption::kTlsEnforce, &enforce);
  // An empty fingerprint is compared with nothing, but makes a server without TLS an error, and
  // before anything is sent to it.
  set(mysql, MysqlOption::kTlsFingerprint, "");
  set(mysql, MysqlOption::kTlsPassphrase, "");  // without one OpenSSL asks at the terminal
  if (verifies()) {
    set(mysql, MysqlOption::kTlsAuthorities, authorities_of(settings_).c_str());
  }
  if (!settings_.cert.empty()) {
    set(mysql, MysqlOption::kTlsCertificate, settings_.cert.c_str());
  }
  if (!settings_.key.empty()) {
    set(mysql, MysqlOption::kTlsKey, settings_.key.c_str());
  }
  mysql_ = mysql;
  current = this;
}

void TlsHandshake::on_new(ssl_st* ssl) {
  if (current == nullptr || current->seen_) {
    return;
  }
  TlsHandshake& handshake = *current;
  handshake.seen_ = true;
  if (handshake.settings_.mode == TlsMode::kVerifyFull) {
    handshake.named_ = open_ssl().expect_host(ssl, handshake.host_.c_str()) == 1;
  }
  // OpenSSL reads past libmariadb's waits, and so past every deadline, unless the socket is so.
  const int fd = libmariadb().socket(handshake.mysql_);
  if (open_ssl().set_value(ssl, open_ssl().index, ssl) == 1) {
    remember_tls(fd, ssl);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  }
}

void TlsHandshake::confirm(st_mysql* mysql) const {
  if (!wanted()) {
    return;
  }
  if (!seen_ || libmariadb().tls_cipher(mysql) == nullptr) {
    refuse_tls("the session would be in clear text");
  }
  if (settings_.mode == TlsMode::kVerifyFull && !named_) {
    refuse_tls("OpenSSL could not be asked to check the name " + host_);
  }
}

}  // namespace millpond::drivers
