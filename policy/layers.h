// What holds for each pool, server, and the process: the file's tables laid over one another, each
// value still knowing the table that states it.
//
//   defaults for the backend, [defaults], [class.X] in the order inherited, [pool.X]; and over each
//   of these tables what the profile in use says of it.
//
// Immutable once laid; safe to read from any thread. Refers to the Document it was made of.
//
//   auto [policy, findings] = lay(document, "staging");
//   policy.pools[0].settings.find("acquire_timeout")
#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "millpond/policy/document.h"
#include "millpond/policy/field.h"
#include "millpond/policy/finding.h"

namespace millpond::policy {

// A setting and the table that states it.
struct Statement {
  const Setting* setting = nullptr;
  const StatedTable* table = nullptr;
};

class Layers {
 public:
  explicit Layers(Section section) : section_(section) {}

  // Over what there is.
  void put(const StatedTable& table) { tables_.push_back(&table); }

  // The uppermost; null when no layer states the key.
  const Setting* find(std::string_view key) const;
  const Setting* find(const Field& field) const;

  // How many layers lie up to the uppermost that states the key; 0 when none does.
  std::size_t height_of(const Field& field) const;

  // What the table itself, or the profile's, states; null when only a layer beneath does.
  const Setting* find_own(const Field& field) const;

  // Every layer's, the uppermost first.
  std::vector<Statement> statements(const Field& field) const;

  // True unless the key is stated with a value that cannot be read: such a key takes part in no
  // further rule, because its finding has been made.
  bool usable(std::string_view key) const;

 private:
  Section section_;
  std::vector<const StatedTable*> tables_;
};

struct LayeredTable {
  Section section = Section::kPool;
  std::string name{};
  Span header{};
  Layers settings{section};
};

struct LayeredPolicy {
  std::string file{};
  std::string profile{};  // in use; empty for none
  bool speaks_of_pools = false;
  std::set<std::string, std::less<>> named_servers{};  // by a profile, in use or not
  LayeredTable process{.section = Section::kProcess, .name = "process"};
  LayeredTable fleet{.section = Section::kFleet, .name = "fleet"};
  std::vector<LayeredTable> servers{};
  std::vector<LayeredTable> pools{};
};

struct Layering {
  LayeredPolicy policy{};
  Findings findings{};
};

// `profile` is empty for none. Finds an unknown profile, profiles of tables that do not exist,
// unknown classes, and classes that no pool inherits.
Layering lay(const Document& document, std::string_view profile);

}  // namespace millpond::policy
