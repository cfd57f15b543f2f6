// What has been counted so far, kept in a file, so that a proof of hours goes on where it was
// stopped: one line for each chunk of work that is done.
//
// One thread at a time. A file of another program or another plan is begun anew.
//
//   Ledger ledger("drivers.ledger", "program 4711, scale 1, seed 1");
//   for (auto chunk = ledger.chunks("hygiene.redis"); chunk < 100; ++chunk)
//     ledger.add("hygiene.redis", play(chunk));
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace millpond::proof {

struct Count {
  std::int64_t done = 0;
  std::int64_t bad = 0;     // each of them refutes the proof
  std::int64_t failed = 0;  // an honest error, such as of a session that was killed
};

inline Count operator+(const Count& left, const Count& right) {
  return {left.done + right.done, left.bad + right.bad, left.failed + right.failed};
}

// For a plan: this very program, so that what another one counted is not taken for its own.
std::string this_program();

class Ledger {
 public:
  // `plan` says what the counts are of. Throws std::runtime_error when the file can't be written.
  Ledger(std::filesystem::path file, const std::string& plan);

  std::int64_t chunks(const std::string& key) const;
  Count total(const std::string& key) const;
  // On the disk when it returns. The key has no space in it.
  void add(const std::string& key, const Count& count);
  // Everything is done: the next run begins anew.
  void close();

 private:
  struct Sum {
    std::int64_t chunks = 0;
    Count count;
  };

  void append(const std::string& line) const;
  void note(const std::string& key, const Count& count);

  std::filesystem::path file_;
  std::map<std::string, Sum> sums_;
};

}  // namespace millpond::proof
