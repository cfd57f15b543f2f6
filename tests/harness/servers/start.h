// Starts a server on a free port and waits until it serves.
//
// Safe to call from any thread; the server dies with the thread that called.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "millpond/tests/harness/servers/process.h"

namespace millpond::harness {

// What a server has written when it serves, and where.
struct Readiness {
  std::filesystem::path file;
  std::string text;
};

struct Started {
  int port;
  Process process;
};

// `options_for(port)` is the server that listens there. When somebody else takes the port between
// its choice and its use, the next one is tried. Throws std::runtime_error with the server's log.
Started start_on_free_port(const std::function<Process::Options(int port)>& options_for,
                           const Readiness& readiness);

// The whole text of a file; empty when there is none.
std::string contents_of(const std::filesystem::path& file);

}  // namespace millpond::harness
