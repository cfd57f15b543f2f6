#include "millpond/tests/harness/servers/scratch_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>
#include <system_error>

#include "millpond/tests/harness/servers/spawn.h"

namespace millpond::harness {
namespace {

namespace fs = std::filesystem;

constexpr char kParent[] = "/tmp";
constexpr char kPrefix[] = "millpond.";
constexpr char kLock[] = "in-use";

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(what + ": " + strerror(errno));
}

// Locked before it gets its name, so that a folder with an unlocked lock file is always abandoned.
int make_lock(const fs::path& directory) {
  const fs::path unfinished = directory / "in-use.new";
  const int lock = open(unfinished.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) != 0) {
    fail("cannot lock " + directory.string());
  }
  fs::rename(unfinished, directory / kLock);
  return lock;
}

bool is_ours(const fs::path& directory) {
  struct stat status {};
  return lstat(directory.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
         (status.st_uid == geteuid() || status.st_uid == child_user());
}

void remove_if_abandoned(const fs::path& directory) {
  const int lock = open((directory / kLock).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (lock < 0) {
    return;
  }
  if (flock(lock, LOCK_EX | LOCK_NB) == 0) {
    std::error_code ignored;
    fs::remove_all(directory, ignored);
  }
  close(lock);
}

void sweep() {
  std::error_code ignored;
  for (const auto& candidate : fs::directory_iterator(kParent, ignored)) {
    const fs::path& path = candidate.path();
    if (path.filename().string().starts_with(kPrefix) && is_ours(path)) {
      remove_if_abandoned(path);
    }
  }
}

}  // namespace

ScratchDirectory::ScratchDirectory() {
  sweep();
  std::string name = std::string{kParent} + "/" + kPrefix + "XXXXXX";
  if (mkdtemp(name.data()) == nullptr) {
    fail("mkdtemp " + name);
  }
  path_ = name;
  lock_ = make_lock(path_);
  if (child_user() != static_cast<uid_t>(-1) &&
      chown(name.c_str(), child_user(), static_cast<gid_t>(child_user())) != 0) {
    fail("cannot give " + name + " away (run bazel with --sandbox_fake_username)");
  }
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
  close(lock_);
}

}  // namespace millpond::harness
