#include "millpond/policy/release.h"

#include <fmt/format.h>

namespace millpond::policy {

std::vector<Shortcoming> shortcomings(const ServerPolicy& server) {
  std::vector<Shortcoming> all;
  if (server.tls != Tls::kOff) {
    all.push_back({.key = "tls",
                   .message = fmt::format("[server.{}] needs TLS, which this release does not have",
                                          server.name),
                   .help = "a program refuses to open it, never goes on without; where the network "
                           "between is trusted, write tls = \"off\""});
  }
  if (server.endpoints.size() > 1) {
    all.push_back({.key = "endpoints",
                   .message = fmt::format("[server.{}] has several endpoints, and this release "
                                          "knows one",
                                          server.name),
                   .help = "a program refuses to open it; name one as `endpoint` until a later "
                           "release"});
  }
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
