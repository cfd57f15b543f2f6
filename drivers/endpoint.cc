#include "millpond/drivers/endpoint.h"

namespace millpond::drivers {

std::string Endpoint::to_string() const {
  const bool ipv6 = !is_unix() && host.find(':') != std::string::npos;
  std::string text = ipv6 ? "[" + host + "]" : host;
  text = is_unix() ? "unix:" + text : text + ":" + std::to_string(port);
  if (!path.empty()) {
    text += (is_unix() ? ":" : "");
    text += (path.front() == '/' ? "" : "/") + path;
  }
  return text;
}

}  // namespace millpond::drivers
