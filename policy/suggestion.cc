#include "millpond/policy/suggestion.h"

#include <fmt/format.h>

#include <algorithm>

namespace millpond::policy {
namespace {

// Longer words are no slips of a finger; this also bounds the cost for hostile files.
constexpr std::size_t kLongestWord = 64;
constexpr std::size_t kMostListed = 30;  // a line for people, not an index

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_last_part(std::string_view word, std::string_view candidate) {
  return candidate.size() > word.size() && candidate.ends_with(word) &&
         candidate[candidate.size() - word.size() - 1] == '.';
}

// Whether the two characters before `i` and `j` are each other's, swapped.
bool are_swapped(std::string_view a, std::size_t i, std::string_view b, std::size_t j) {
  return i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_previous(b.size() + 1);
  std::vector<std::size_t> previous(b.size() + 1);
  std::vector<std::size_t> current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) {
    current[j] = j;
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::swap(before_previous, previous);
    std::swap(previous, current);
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitution = previous[j - 1] + (lower(a[i - 1]) != lower(b[j - 1]));
      const std::size_t swap = are_swapped(a, i, b, j) ? before_previous[j - 2] + 1 : substitution;
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, substitution, swap});
    }
  }
  return current[b.size()];
}

std::optional<std::string_view> nearest(std::string_view word,
                                        const std::vector<std::string_view>& candidates) {
  if (word.empty() || word.size() > kLongestWord) {
    return std::nullopt;
  }
  std::optional<std::string_view> best;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > kLongestWord) {
      continue;
    }
    const std::size_t distance = is_last_part(word, candidate) ? 0 : edit_distance(word, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates) {
  const auto found = nearest(word, candidates);
  return found ? fmt::format("did you mean `{}`?", *found) : std::string{};
}

std::string listed(const std::vector<std::string_view>& words) {
  const std::size_t shown = words.size() > kMostListed + 1 ? kMostListed : words.size();
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    text += i == 0 ? "" : i + 1 == words.size() ? " and " : ", ";
    text += fmt::format("`{}`", words[i]);
  }
  return shown == words.size() ? text : fmt::format("{} and {} more", text, words.size() - shown);
}

}  // namespace millpond::policy
