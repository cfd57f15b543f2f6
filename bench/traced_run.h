// One program run a second time under strace or valgrind, to count what it does within its loop.
//
// For one thread. Each answers nothing where the tool is missing or not permitted here.
//
//   if (auto calls = traced_system_calls({"--worker-cycles", "1000"})) …
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace millpond::bench {

// Put around the loop of the run that is traced, on each of its threads: a system call that does
// nothing, which the trace shows.
void mark_loop_begin();
void mark_loop_end();

// This program again with these arguments, under strace: the system calls of the threads that
// marked a loop, within their loops.
std::optional<std::int64_t> traced_system_calls(const std::vector<std::string>& arguments);

// The same under callgrind: the instructions of the whole run.
std::optional<std::int64_t> traced_instructions(const std::vector<std::string>& arguments);

}  // namespace millpond::bench
