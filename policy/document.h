// One policy file as it states things: key by key, each with its place, before anything is worked
// out from several keys.
//
// Values; safe to read from any thread.
//
//   const Setting* timeout = document.tables.pools[0].settings.find(acquire_timeout);
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "millpond/policy/field.h"
#include "millpond/policy/finding.h"
#include "millpond/policy/text_error.h"
#include "millpond/policy/value.h"

namespace millpond::policy {

struct Position {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

// Where a text stands.
struct Place {
  Span span{};
  // Where each byte of the text stands, and one more for its end; empty where it is written with
  // escapes, and can be shown as a whole only.
  std::vector<Position> positions{};
  // The values of variables in the text, which may be secrets by mistake.
  std::vector<std::string> substituted{};
};

// One `key = value`.
struct Setting {
  const Field* field = nullptr;
  Value value{};
  Span key{};
  Place place{};                  // of the value
  std::vector<Place> elements{};  // of a list's texts

  bool readable() const { return !std::holds_alternative<Unreadable>(value); }
};

// A problem with a text, at its place; a variable's value in it is replaced by "***".
Finding finding_at(const Place& place, const TextError& error);

// What one table states: at most one setting per key.
class Settings {
 public:
  // Replaces a setting of the same key.
  void set(Setting setting);

  // Null when the key is not stated.
  const Setting* find(const Field& field) const;

  const std::vector<Setting>& all() const { return settings_; }

 private:
  std::vector<Setting> settings_;
};

// Whether a table speaks of one pool or server, or lies beneath several ([defaults], [class.X]).
enum class Scope { kOne, kShared };

// A table of the file, with the place of its header.
struct StatedTable {
  std::string title{};  // "[class.oltp]", "[profile.staging.pool.orders]"
  std::string name{};   // "oltp"
  Span header{};
  Scope scope = Scope::kOne;
  Settings settings{};
};

// The tables of a file, or of one of its profiles.
struct StatedTables {
  StatedTable process{.title = "[process]"};
  StatedTable fleet{.title = "[fleet]"};
  StatedTable defaults{.title = "[defaults]"};
  std::vector<StatedTable> servers{};
  std::vector<StatedTable> classes{};
  std::vector<StatedTable> pools{};
};

struct StatedProfile {
  std::string name{};
  Span header{};
  StatedTables tables{};
};

struct Document {
  std::string file{};
  StatedTables tables{};
  std::vector<StatedProfile> profiles{};
  bool speaks_of_pools = false;  // even where none of them could be read
};

}  // namespace millpond::policy
