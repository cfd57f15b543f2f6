#include "millpond/tests/proof/ledger.h"

#include <fmt/format.h>

#include <fstream>
#include <stdexcept>
#include <utility>

namespace millpond::proof {

std::string this_program() {
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe");
  const auto built = std::filesystem::last_write_time(program).time_since_epoch().count();
  return fmt::format("program {} {}", std::filesystem::file_size(program), built);
}

Ledger::Ledger(std::filesystem::path file, const std::string& plan) : file_(std::move(file)) {
  std::ifstream lines{file_};
  std::string first;
  if (std::getline(lines, first) && first == plan) {
    std::string key;
    Count count;
    while (lines >> key >> count.done >> count.bad >> count.failed) {
      note(key, count);
    }
    return;
  }
  lines.close();
  std::filesystem::remove(file_);
  append(plan);
}

std::int64_t Ledger::chunks(const std::string& key) const {
  const auto found = sums_.find(key);
  return found == sums_.end() ? 0 : found->second.chunks;
}

Count Ledger::total(const std::string& key) const {
  const auto found = sums_.find(key);
  return found == sums_.end() ? Count{} : found->second.count;
}

void Ledger::add(const std::string& key, const Count& count) {
  append(fmt::format("{} {} {} {}", key, count.done, count.bad, count.failed));
  note(key, count);
}

void Ledger::close() {
  std::filesystem::remove(file_);
}

void Ledger::append(const std::string& line) const {
  std::ofstream out{file_, std::ios::app};
  out << line << '\n' << std::flush;
  if (!out) {
    throw std::runtime_error(file_.string() + " cannot be written");
  }
}

void Ledger::note(const std::string& key, const Count& count) {
  Sum& sum = sums_[key];
  ++sum.chunks;
  sum.count = sum.count + count;
}

}  // namespace millpond::proof
