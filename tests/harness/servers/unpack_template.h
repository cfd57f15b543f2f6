// The data directories of :template, unpacked for one server.
//
// Safe to call from any thread. The archive is among the program's runfiles.
#pragma once

#include <filesystem>
#include <string>

namespace millpond::harness {

// Puts the archive's folder `name` ("postgres" or "mariadb") into `directory`.
void unpack_template(const std::string& name, const std::filesystem::path& directory);

}  // namespace millpond::harness
