// One policy file as it states things: key by key, each with its place, before anything is worked
// out from several keys.
//
// Values; safe to read from any thread.
//
//   const Setting* timeout = document.pools[0].settings.find("acquire_timeout");
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "millpond/policy/fields.h"
#include "millpond/policy/finding.h"
#include "millpond/policy/text_error.h"
#include "millpond/policy/value.h"

namespace millpond::policy {

struct Position {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

// One `key = value`.
struct Setting {
  const Field* field = nullptr;
  Value value{};
  Span key{};
  Span span{};  // of the value
  // Where each byte of a text value stands, and one more for its end; empty where the text is
  // written with escapes, and the value can be shown as a whole only.
  std::vector<Position> positions{};

  bool readable() const { return !std::holds_alternative<Unreadable>(value); }
};

// A problem with a value, at its place.
Finding finding_at(const Setting& setting, const TextError& error);

// What one table states: at most one setting per key.
class Settings {
 public:
  // Replaces a setting of the same key.
  void set(Setting setting);

  // Null when the key is not stated.
  const Setting* find(std::string_view key) const;

  // True unless the key is stated with a value that cannot be read: such a key takes part in no
  // further rule, because its finding has been made.
  bool usable(std::string_view key) const;

  const std::vector<Setting>& all() const { return settings_; }

 private:
  std::vector<Setting> settings_;
};

// `lower` with everything that `upper` states put over it.
Settings layered(Settings lower, const Settings& upper);

// A table of the file, with the place of its header.
struct StatedTable {
  std::string name{};
  Span header{};
  Settings settings{};
};

struct Document {
  std::string file{};
  StatedTable process{};
  StatedTable fleet{};
  StatedTable defaults{};
  std::vector<StatedTable> servers{};
  std::vector<StatedTable> pools{};  // each with [defaults] beneath what it states itself
};

}  // namespace millpond::policy
