// A short-named folder under /tmp (a Unix socket's path has room for 107 characters) that goes when
// this object does. What a killed process left behind, the next one sweeps away.
//
// Not thread-safe. Writable for what spawn() starts.
//
//   ScratchDirectory directory;
//   std::ofstream{directory.path() / "redis.conf"} << "port 0\n";
#pragma once

#include <filesystem>

namespace millpond::harness {

class ScratchDirectory {
 public:
  ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  ~ScratchDirectory();

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  int lock_ = -1;  // held as long as the folder is in use
};

}  // namespace millpond::harness
