#include "millpond/policy/fields.h"

#include <initializer_list>
#include <unordered_map>

#include "millpond/policy/field_rows.h"

namespace millpond::policy {
namespace {

using Rows = std::vector<Field>;
using Index = std::unordered_map<std::string_view, const Field*>;

Rows joined(std::initializer_list<std::span<const Field>> parts) {
  Rows rows;
  for (const auto part : parts) {
    rows.insert(rows.end(), part.begin(), part.end());
  }
  return rows;
}

Index indexed(Section section) {
  Index index;
  for (const Field& field : fields_of(section)) {
    index.emplace(field.key, &field);
  }
  return index;
}

}  // namespace

std::span<const Field> fields_of(Section section) {
  static const Rows pool =
      joined({internal::size_rows(), internal::life_rows(), internal::session_rows()});
  switch (section) {
    case Section::kProcess:
      return internal::process_rows();
    case Section::kFleet:
      return internal::fleet_rows();
    case Section::kServer:
      return internal::server_rows();
    case Section::kPool:
      break;
  }
  return pool;
}

const Field* find_field(Section section, std::string_view key) {
  static const std::array<Index, kSections.size()> indexes = [] {
    std::array<Index, kSections.size()> all;
    for (const Section each : kSections) {
      all[static_cast<std::size_t>(each)] = indexed(each);
    }
    return all;
  }();
  const Index& index = indexes[static_cast<std::size_t>(section)];
  const auto found = index.find(key);
  return found == index.end() ? nullptr : found->second;
}

std::vector<std::string_view> keys_of(Section section) {
  std::vector<std::string_view> keys;
  for (const Field& field : fields_of(section)) {
    keys.push_back(field.key);
  }
  return keys;
}

}  // namespace millpond::policy
