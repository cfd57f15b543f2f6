// One `key = value` of toml++'s, read by its row of the option table.
//
// Immutable; safe from any thread. Refers to what it was made of.
//
//   settings.set(reader.read(field, key, node, findings));
#pragma once

#include <toml++/toml.h>

#include <string>
#include <tl/expected.hpp>

#include "millpond/policy/document.h"
#include "millpond/policy/finding.h"
#include "millpond/policy/text_error.h"
#include "millpond/policy/toml/source_text.h"
#include "millpond/policy/toml/substitution.h"

namespace millpond::policy::toml {

struct ReadInput {
  std::string file;
  const SourceText& source;
  const Environment& environment;
  const std::string& profile;  // in use; empty for none
};

class SettingReader {
 public:
  explicit SettingReader(const ReadInput& input) : input_(input) {}

  // A value that cannot be read adds a finding and gives a setting that says so.
  Setting read(const Field& field, const ::toml::key& key, const ::toml::node& node,
               Findings& findings) const;

 private:
  struct Misread {
    TextError error;
    Place place;
  };
  using ReadScalar = tl::expected<Scalar, Misread>;

  // A node as its row wants it: with variables filled in, unless it says where a secret is kept.
  ReadScalar scalar_of(const ::toml::node& node, Setting& setting) const;
  ReadScalar list_of(const ::toml::array& array, Setting& setting) const;
  tl::expected<Substituted, TextError> text_of(const ::toml::value<std::string>& node,
                                               Place& place) const;

  const ReadInput& input_;
};

}  // namespace millpond::policy::toml
