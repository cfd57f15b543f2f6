// A TCP port of 127.0.0.1 that nobody listens on at this moment. Somebody may take it the next: a
// server that is told to use it may have to be told another one.
//
// Safe to call from any thread.
#pragma once

namespace millpond::harness {

int free_port();

}  // namespace millpond::harness
