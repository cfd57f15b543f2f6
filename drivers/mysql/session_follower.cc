#include "millpond/drivers/mysql/session_follower.h"

#include <cstdarg>
#include <cstddef>

#include "millpond/drivers/mysql/libmariadb.h"

namespace millpond::drivers {
namespace {

constexpr int kTracked = 1;  // SESSION_TRACK_TYPE; the other kind tells of the server's status

struct Text {  // MARIADB_CONST_STRING
  const char* data;
  std::size_t size;
};

// libmariadb's hook: after `kind`, what is tracked and its value.
void on_status(void* follower, int kind, ...) {
  if (kind != kTracked) {
    return;
  }
  va_list arguments;
  va_start(arguments, kind);
  const auto what = static_cast<SessionTrack>(va_arg(arguments, int));
  const auto* value = va_arg(arguments, const Text*);
  va_end(arguments);
  static_cast<MysqlSessionFollower*>(follower)->on_track(what, {value->data, value->size});
}

}  // namespace

void MysqlSessionFollower::follow(st_mysql* mysql) {
  libmariadb().set_option(mysql, static_cast<int>(MysqlOption::kStatusCallback), &on_status, this);
}

void MysqlSessionFollower::start(const std::function<void()>& track) {
  changed_ = false;
  track();
  following_ = changed_;
  changed_ = false;
  characteristics_ = false;
}

void MysqlSessionFollower::on_track(SessionTrack what, std::string_view value) {
  switch (what) {
    case SessionTrack::kTransactionCharacteristics:
      characteristics_ = !value.empty();
      break;
    case SessionTrack::kTransactionState:
      // A letter for each property, the last for locked tables, which no transaction's end unlocks.
      changed_ = changed_ || value.ends_with('L');
      break;
    default:
      changed_ = true;
  }
}

}  // namespace millpond::drivers
