#include "millpond/pools/loader/host.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <system_error>

#include "millpond/policy/pool_policy.h"

namespace millpond::loader {
namespace {

// A policy or a secret is a few kilobytes; more is a wrong path, and a device never ends.
constexpr std::size_t kLargestFile = std::size_t{16} * 1024 * 1024;

std::string reason(int error) {
  return std::strerror(error);
}

tl::expected<FileContent, std::string> read_open_file(int fd) {
  struct stat status {};
  if (fstat(fd, &status) != 0) {
    return tl::unexpected(reason(errno));
  }
  if (S_ISDIR(status.st_mode)) {
    return tl::unexpected(reason(EISDIR));
  }
  FileContent file;
  file.readable_by_others = (status.st_mode & S_IROTH) != 0;
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t got = read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return tl::unexpected(reason(errno));
    }
    if (got == 0) {
      return file;
    }
    file.text.append(buffer.data(), static_cast<std::size_t>(got));
    if (file.text.size() > kLargestFile) {
      return tl::unexpected(std::string{"larger than 16 MiB"});
    }
  }
}

tl::expected<FileContent, std::string> read_file(const std::string& path) {
  // Non-blocking: opening a FIFO that nobody writes would wait for ever.
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    return tl::unexpected(reason(errno));
  }
  auto file = read_open_file(fd);
  close(fd);
  return file;
}

std::optional<std::string> environment(std::string_view name) {
  const char* value = std::getenv(std::string{name}.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>{value};
}

std::int64_t limited(rlim_t limit) {
  constexpr rlim_t kMost = policy::kUnlimited;
  return static_cast<std::int64_t>(std::min(limit, kMost));
}

// Of this process; the folder's own descriptor, open while it is read, is not counted.
std::optional<std::int64_t> open_descriptors() {
  std::error_code failed;
  std::int64_t count = 0;
  for (auto each = std::filesystem::directory_iterator("/proc/self/fd", failed);
       !failed && each != std::filesystem::directory_iterator(); each.increment(failed)) {
    ++count;
  }
  return failed ? std::nullopt : std::optional(count - 1);
}

std::optional<policy::DescriptorLimits> descriptors() {
  rlimit limits{};
  const auto open = open_descriptors();
  if (!open || getrlimit(RLIMIT_NOFILE, &limits) != 0) {
    return std::nullopt;
  }
  return policy::DescriptorLimits{
      .soft = limited(limits.rlim_cur), .hard = limited(limits.rlim_max), .open = *open};
}

std::optional<std::int64_t> ephemeral_ports() {
  const auto file = read_file("/proc/sys/net/ipv4/ip_local_port_range");
  std::int64_t first = 0;
  std::int64_t last = 0;
  if (!file || !(std::istringstream(file->text) >> first >> last) || last < first) {
    return std::nullopt;
  }
  return last - first + 1;
}

}  // namespace

Host this_host() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  const bool known = sched_getaffinity(0, sizeof(allowed), &allowed) == 0;
  return {.read_file = read_file,
          .environment = environment,
          .program = program_invocation_short_name,
          .processors = known ? std::max(1, CPU_COUNT(&allowed)) : 1.0,
          .descriptors = descriptors(),
          .ephemeral_ports = ephemeral_ports()};
}

}  // namespace millpond::loader
