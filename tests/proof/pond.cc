#include "millpond/tests/proof/pond.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <fstream>

#include "millpond/millpond.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond::proof {
namespace {

std::string written(const harness::ScratchDirectory& directory, const Backend& backend,
                    const std::string& lines) {
  ::setenv("POND_PASSWORD", harness::kPassword, 1);
  std::string path = directory.path() / "pools.toml";
  std::ofstream{path} << fmt::format(
      "version = 1\n[server.db]\nbackend = \"{}\"\n{}[pool.{}]\nserver = \"db\"\n{}",
      backend.name(), backend.server_lines(), kWorkload, lines);
  return path;
}

}  // namespace

Pond::Pond(const Backend& backend, const std::string& lines)
    : registry_(open(written(directory_, backend, lines))), borrow_(backend.borrower(registry_)) {}

}  // namespace millpond::proof
