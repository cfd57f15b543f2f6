#include "millpond/drivers/http/http.h"

#include "millpond/drivers/http/connection.h"

namespace millpond {

Http::Handle& Http::handle(drivers::Connection& connection) {
  return static_cast<drivers::HttpConnection&>(connection).session();
}

}  // namespace millpond
