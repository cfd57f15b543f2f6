// What is wrong with a text that toml++ could not read, in an operator's words.
//
// Pure; safe from any thread.
//
//   diagnosis_of(broken).message  // "this value needs quotes"
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "millpond/policy/toml/outline.h"
#include "millpond/policy/toml/source_text.h"

namespace millpond::policy::toml {

// What is known of the place where the parser gave up.
struct Broken {
  std::string_view scope;   // toml++'s: "table header", "decimal integer", …; may be empty
  std::string_view reason;  // toml++'s
  const SourceText& source;
  BytePlace at;
  Outline outline;

  std::string_view line(std::uint32_t number) const;
  std::string_view line() const { return line(at.line); }
  std::string_view rest() const;    // of the line, from the place on
  std::string_view before() const;  // of the line, up to the place
  char32_t seen() const;            // the character at the place; 0 at the end of the line
};

// `message`, `label` and `help` never hold a part of the file, which might be a secret; `exact` and
// `exact_label` may, and are put in their place where all that is marked may be shown.
struct Diagnosis {
  std::string_view message{};
  std::string_view label{};
  std::string_view help{};
  std::string exact{};
  std::string exact_label{};
  std::optional<BytePlace> at{};  // otherwise where the parser gave up; line 0: the whole file
  std::size_t bytes = 1;
  std::optional<BytePlace> related{};
  std::size_t related_bytes = 1;
  std::string_view related_label{};
};

Diagnosis diagnosis_of(const Broken& broken);

// One per part of a file; nothing where another rule is to speak.
std::optional<Diagnosis> bad_encoding(const Broken& broken);
std::optional<Diagnosis> bad_character(const Broken& broken);
std::optional<Diagnosis> bad_text(const Broken& broken);
std::optional<Diagnosis> defined_twice(const Broken& broken);
std::optional<Diagnosis> bad_header(const Broken& broken);
std::optional<Diagnosis> bad_key(const Broken& broken);
std::optional<Diagnosis> bad_list(const Broken& broken);
std::optional<Diagnosis> bad_value(const Broken& broken);
std::optional<Diagnosis> bad_line_end(const Broken& broken);

}  // namespace millpond::policy::toml
