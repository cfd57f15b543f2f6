#include "millpond/drivers/redis/reply_error.h"

namespace millpond::drivers {
namespace {

struct Meaning {
  std::string_view beginning;
  ErrorKind kind;
};

constexpr Meaning kMeanings[] = {
    {"WRONGPASS", ErrorKind::kAuthentication},
    {"NOAUTH", ErrorKind::kAuthentication},
    {"ERR invalid password", ErrorKind::kAuthentication},  // before Redis 6
    {"ERR AUTH", ErrorKind::kAuthentication},              // no password is configured
    {"ERR Client sent AUTH", ErrorKind::kAuthentication},  // the same, before Redis 6
    {"ERR max number of clients", ErrorKind::kTooManyConnections},
    {"LOADING", ErrorKind::kShuttingDown},
    {"MASTERDOWN", ErrorKind::kShuttingDown},
    {"BUSY", ErrorKind::kShuttingDown},
    {"READONLY", ErrorKind::kReadOnly},
    {"NOPERM", ErrorKind::kConfiguration},
    {"DENIED", ErrorKind::kConfiguration},  // protected mode
    {"ERR DB index", ErrorKind::kConfiguration},
    {"ERR invalid DB index", ErrorKind::kConfiguration},
    {"ERR SELECT is not allowed", ErrorKind::kConfiguration},  // a cluster has one database
};

}  // namespace

ErrorKind kind_of_reply(std::string_view text) {
  for (const auto& meaning : kMeanings) {
    if (text.substr(0, meaning.beginning.size()) == meaning.beginning) {
      return meaning.kind;
    }
  }
  return ErrorKind::kProtocol;
}

}  // namespace millpond::drivers
