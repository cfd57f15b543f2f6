// "Did you mean …?": the candidate nearest to a misspelt word.
//
// Pure; safe from any thread. Cost: the product of the lengths, per candidate.
//
//   did_you_mean("acquire_timout", {"acquire_timeout", "size"});  // "did you mean
//                                                                 //  `acquire_timeout`?"
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millpond::policy {

// Insertions, deletions, substitutions and swaps of neighbours between two words.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The nearest candidate within a third of the word's length (one edit at least); a candidate that
// is the word with a prefix ("server.cores" for "cores") counts as near. The first of equals.
std::optional<std::string_view> nearest(std::string_view word,
                                        const std::vector<std::string_view>& candidates);

// The question with the nearest candidate, or empty when none is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates);

// "`a`, `b` and `c`"; the first thirty "and 8 more"; empty for none.
std::string listed(const std::vector<std::string_view>& words);

}  // namespace millpond::policy
