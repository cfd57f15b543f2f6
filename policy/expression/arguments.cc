#include "millpond/policy/expression/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "millpond/policy/finding_codes.h"
#include "millpond/policy/suggestion.h"

namespace millpond::policy {
namespace {

using Places = std::vector<std::size_t>;

std::vector<std::string_view> names_of(const Function& function) {
  std::vector<std::string_view> names;
  for (const Parameter& parameter : function.parameters) {
    names.push_back(parameter.name);
  }
  return names;
}

class Matching {
 public:
  Matching(const Function& function, const WrittenCall& call) : function_(function), call_(call) {}

  tl::expected<Places, TextError> places() {
    if (call_.arguments.size() > function_.most_arguments()) {
      return tl::unexpected(wrong_count());
    }
    for (const WrittenArgument& argument : call_.arguments) {
      auto place = argument.name.empty() ? next_place(argument) : named_place(argument);
      if (!place) {
        return tl::unexpected(std::move(place.error()));
      }
      places_.push_back(*place);
    }
    if (places_.size() < function_.least_arguments()) {
      return tl::unexpected(named_ ? lacking() : wrong_count());
    }
    return std::move(places_);
  }

 private:
  using Place = tl::expected<std::size_t, TextError>;

  Place next_place(const WrittenArgument& argument) const {
    if (!named_) {
      return places_.size();
    }
    TextError error = error_at(argument, "an argument without a name stands behind a named one");
    const auto free = unfilled();
    error.label = free.empty() ? "" : fmt::format("write `{} = ...`", free.front());
    return tl::unexpected(std::move(error));
  }

  Place named_place(const WrittenArgument& argument) {
    named_ = true;
    const std::vector<std::string_view> names = names_of(function_);
    const auto found = std::find(names.begin(), names.end(), argument.name);
    if (found == names.end()) {
      TextError error = error_at(
          argument, fmt::format("`{}` has no argument `{}`", function_.name, argument.name));
      error.label = did_you_mean(argument.name, names);
      return tl::unexpected(std::move(error));
    }
    const auto place = static_cast<std::size_t>(found - names.begin());
    if (std::find(places_.begin(), places_.end(), place) != places_.end()) {
      return tl::unexpected(error_at(
          argument, fmt::format("`{}` is given `{}` twice", function_.name, argument.name)));
    }
    return place;
  }

  std::vector<std::string_view> unfilled() const {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < function_.parameters.size(); ++i) {
      if (std::find(places_.begin(), places_.end(), i) == places_.end()) {
        names.push_back(function_.parameters[i].name);
      }
    }
    return names;
  }

  TextError error_at(const WrittenArgument& argument, std::string message) const {
    return {.code = code::kArgumentName,
            .message = std::move(message),
            .help = fmt::format("the form is {}", function_.signature),
            .offset = argument.offset,
            .length = argument.length};
  }

  TextError count_error(std::string message) const {
    return {.code = code::kArgumentCount,
            .message = std::move(message),
            .label = fmt::format("expected {}", function_.signature),
            .offset = call_.offset,
            .length = call_.length};
  }

  TextError lacking() const {
    return count_error(fmt::format("`{}` lacks {}", function_.name, listed(unfilled())));
  }

  TextError wrong_count() const {
    const std::size_t count = call_.arguments.size();
    return count_error(fmt::format("`{}` called with {} argument{}", function_.name, count,
                                   count == 1 ? "" : "s"));
  }

  const Function& function_;
  const WrittenCall& call_;
  Places places_;
  bool named_ = false;  // whether a name has been met
};

}  // namespace

tl::expected<Places, TextError> match_arguments(const Function& function, const WrittenCall& call) {
  return Matching(function, call).places();
}

}  // namespace millpond::policy
