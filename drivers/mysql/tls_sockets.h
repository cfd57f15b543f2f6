// Which socket is whose TLS: libmariadb waits to read where OpenSSL wants to write, so that a long
// statement would hang on a socket that is full.
//
// Safe from any thread; a session's own thread asks about it.
//
//   remember_tls(fd, ssl);
//   const short events = tls_wants_write(fd) ? POLLOUT : POLLIN;
#pragma once

struct ssl_st;

namespace millpond::drivers {

void remember_tls(int fd, ssl_st* ssl);
// Before `ssl` is freed.
void forget_tls(const ssl_st* ssl);

bool tls_wants_write(int fd);

}  // namespace millpond::drivers
