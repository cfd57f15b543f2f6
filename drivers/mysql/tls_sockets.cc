#include "millpond/drivers/mysql/tls_sockets.h"

#include <map>
#include <mutex>

#include "millpond/drivers/mysql/libmariadb.h"

namespace millpond::drivers {
namespace {

struct TlsSockets {
  std::mutex mutex;
  std::map<int, ssl_st*> by_descriptor;  // guarded by mutex
};

// Never destroyed: OpenSSL frees what is left at exit, in an order of its own.
TlsSockets& tls_sockets() {
  static auto& sockets = *new TlsSockets;
  return sockets;
}

}  // namespace

void remember_tls(int fd, ssl_st* ssl) {
  const std::lock_guard lock{tls_sockets().mutex};
  tls_sockets().by_descriptor[fd] = ssl;
}

void forget_tls(const ssl_st* ssl) {
  const std::lock_guard lock{tls_sockets().mutex};
  std::erase_if(tls_sockets().by_descriptor,
                [ssl](const auto& known) { return known.second == ssl; });
}

bool tls_wants_write(int fd) {
  static const auto want = symbol<int(const ssl_st*)>("SSL_want");
  constexpr int kWriting = 2;  // SSL_WRITING
  const std::lock_guard lock{tls_sockets().mutex};
  const auto found = tls_sockets().by_descriptor.find(fd);
  return found != tls_sockets().by_descriptor.end() && want(found->second) == kWriting;
}

}  // namespace millpond::drivers
