#include "millpond/bench/traced_run.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string_view>

namespace millpond::bench {
namespace {

constexpr std::string_view kBegin = "bench: the loop begins";
constexpr std::string_view kEnd = "bench: the loop ends";

// A write that is refused at once: it costs nothing and shows its text in the trace.
void mark(std::string_view text) {
  constexpr int kNoDescriptor = -1;
  [[maybe_unused]] const ssize_t refused = write(kNoDescriptor, text.data(), text.size());
}

// A file of its own for what a tool says, gone with the object.
class ToolOutput {
 public:
  ToolOutput() {
    const auto folder = std::filesystem::temp_directory_path() / "millpond-bench-XXXXXX";
    std::string name = folder.string();
    if (const int descriptor = mkstemp(name.data()); descriptor >= 0) {
      close(descriptor);
      path_ = name;
    }
  }
  ToolOutput(const ToolOutput&) = delete;
  ToolOutput& operator=(const ToolOutput&) = delete;
  ~ToolOutput() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string quoted(const std::string& text) {
  return fmt::format("'{}'", text);
}

// True when the tool, and this program under it, ended well.
bool run_under(const std::string& tool, const std::vector<std::string>& arguments) {
  std::error_code error;
  const std::string self = std::filesystem::read_symlink("/proc/self/exe", error).string();
  std::string command = fmt::format("{} {}", tool, quoted(self));
  for (const std::string& argument : arguments) {
    command += ' ';
    command += quoted(argument);
  }
  command += " >/dev/null 2>&1";
  return !error && std::system(command.c_str()) == 0;
}

// "4711 futex(…": what follows the thread's number, whose columns strace aligns.
struct TraceLine {
  std::string_view thread;
  std::string_view call;
};

TraceLine split(std::string_view line) {
  const std::size_t end = line.find(' ');
  const std::size_t call = line.find_first_not_of(' ', end);
  return call == std::string_view::npos ? TraceLine{line, {}}
                                        : TraceLine{line.substr(0, end), line.substr(call)};
}

// "<... futex resumed>" ends a call that was counted; "---" and "+++" are signals and exits.
bool begins_a_call(std::string_view call) {
  return !call.empty() && call.front() != '<' && call.front() != '-' && call.front() != '+';
}

}  // namespace

void mark_loop_begin() {
  mark(kBegin);
}

void mark_loop_end() {
  mark(kEnd);
}

std::optional<std::int64_t> traced_system_calls(const std::vector<std::string>& arguments) {
  const ToolOutput output;
  if (!run_under("strace -f -o " + quoted(output.path()), arguments)) {
    return std::nullopt;
  }
  std::ifstream trace(output.path());
  std::set<std::string, std::less<>> looping;
  std::int64_t calls = 0;
  bool looped = false;
  for (std::string text; std::getline(trace, text);) {
    const TraceLine line = split(text);
    if (line.call.find(kBegin) != std::string_view::npos) {
      looping.emplace(line.thread);
      looped = true;
    } else if (line.call.find(kEnd) != std::string_view::npos) {
      looping.erase(std::string(line.thread));
    } else if (begins_a_call(line.call) && looping.contains(line.thread)) {
      ++calls;
    }
  }
  return looped ? std::optional(calls) : std::nullopt;
}

std::optional<std::int64_t> traced_instructions(const std::vector<std::string>& arguments) {
  const ToolOutput output;
  const std::string tool =
      fmt::format("valgrind --tool=callgrind --callgrind-out-file=/dev/null --log-file={}",
                  quoted(output.path()));
  if (!run_under(tool, arguments)) {
    return std::nullopt;
  }
  constexpr std::string_view kLabel = "Collected : ";
  std::ifstream log(output.path());
  for (std::string line; std::getline(log, line);) {
    const std::size_t at = line.find(kLabel);
    std::int64_t count = 0;
    if (at != std::string::npos &&
        std::from_chars(line.data() + at + kLabel.size(), line.data() + line.size(), count).ec ==
            std::errc{}) {
      return count;
    }
  }
  return std::nullopt;
}

}  // namespace millpond::bench
