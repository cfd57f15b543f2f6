// Makes each TLS mode mean what it says while libmariadb connects, which by itself falls back to
// clear text, and checks a certificate against the address it dials, not the name asked for.
//
// On the stack of the thread that connects, one at a time. Everything is checked before the account
// or the password is sent: a server without TLS is refused at its greeting, its certificate and
// the name in it during the handshake. A borrower's own reconnect() checks all but the name, and
// the pool does not take that session back. Everything throws sql::SQLException.
//
//   const TlsHandshake tls{endpoint.tls, endpoint.host};
//   tls.prepare(mysql);
//   … libmariadb connects …
//   tls.confirm(mysql);
#pragma once

#include <string>

#include "millpond/drivers/tls.h"

struct ssl_st;
struct st_mysql;

namespace millpond::drivers {

class TlsHandshake {
 public:
  // Throws where a file of `settings` can't be read or no OpenSSL is there. `host` as the operator
  // wrote it.
  TlsHandshake(const TlsSettings& settings, const std::string& host);
  TlsHandshake(const TlsHandshake&) = delete;
  TlsHandshake& operator=(const TlsHandshake&) = delete;
  ~TlsHandshake();

  // Throws where libmariadb refuses an option, which the version of native_handle.h never does.
  void prepare(st_mysql* mysql);
  // Throws unless the session is as private as was asked for.
  void confirm(st_mysql* mysql) const;

  // For OpenSSL: `ssl` is about to be used by this thread.
  static void on_new(ssl_st* ssl);

 private:
  bool wanted() const { return settings_.mode != TlsMode::kOff; }
  bool verifies() const { return settings_.mode >= TlsMode::kVerifyCa; }

  const TlsSettings& settings_;
  const std::string& host_;
  st_mysql* mysql_ = nullptr;
  bool seen_ = false;
  bool named_ = false;
};

// What a driver throws where TLS can't be as it was asked for.
[[noreturn]] void refuse_tls(const std::string& reason);

}  // namespace millpond::drivers
