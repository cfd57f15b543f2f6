#include "millpond/policy/release.h"

#include <fmt/format.h>

namespace millpond::policy {

std::vector<Shortcoming> shortcomings(const ServerPolicy& server) {
  std::vector<Shortcoming> all;
  if (server.max_connections == kProbe) {
    all.push_back({.key = "max_connections",
                   .message = fmt::format("[server.{}] is to be asked how many connections it "
                                          "admits, which this release cannot",
                                          server.name),
                   .help = "a program refuses to open it, never goes on without a budget; write "
                           "the number"});
  }
  return all;
}

}  // namespace millpond::policy
