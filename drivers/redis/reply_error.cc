#include "millpond/drivers/redis/reply_error.h"

#include "millpond/drivers/errors/error_tables.h"

namespace millpond::drivers {

ErrorKind kind_of_reply(std::string_view text) {
  const ErrorRule* const rule = find_beginning(redis_errors(), text);
  return rule == nullptr ? ErrorKind::kProtocol : rule->kind;
}

}  // namespace millpond::drivers
