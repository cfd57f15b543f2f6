#include "millpond/tests/harness/servers/unpack_template.h"

#include "millpond/tests/harness/servers/command.h"
#include "millpond/tests/harness/servers/runfiles.h"

namespace millpond::harness {

void unpack_template(const std::string& name, const std::filesystem::path& directory) {
  run_command({.command = {"/bin/tar", "-C", directory, "-xf", "-", name},
               .input_file = runfile("tests/harness/servers/template.tar")});
}

}  // namespace millpond::harness
