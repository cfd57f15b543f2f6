#include "millpond/drivers/postgres/prepared.h"

namespace millpond {

std::string prepare_once(pqxx::connection_base& connection, const std::string& name,
                         const std::string& sql) {
  std::string full_name = "mp_" + name;
  connection.prepare(full_name, sql);  // does nothing where it has done so before
  return full_name;
}

}  // namespace millpond
