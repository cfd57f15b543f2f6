#include "millpond/drivers/mysql/libmariadb.h"

namespace millpond::drivers {

const Libmariadb& libmariadb() {
  static const Libmariadb found;
  return found;
}

}  // namespace millpond::drivers
