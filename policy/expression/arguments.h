// Which of a function's parameters each argument of a call is: those without a name first, in the
// parameters' order, then named ones in any.
//
// Pure; safe from any thread.
//
//   match_arguments(hikari, {.arguments = {{.name = "spindles"}, {.name = "cores"}}}) == {1, 0}
#pragma once

#include <cstddef>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "millpond/policy/expression/functions.h"
#include "millpond/policy/text_error.h"

namespace millpond::policy {

// An argument as written. Its place is its name's, or its value's where it has none.
struct WrittenArgument {
  std::string_view name{};  // empty: by its position
  std::size_t offset = 0;   // bytes into the expression
  std::size_t length = 0;
};

struct WrittenCall {
  std::vector<WrittenArgument> arguments{};
  std::size_t offset = 0;
  std::size_t length = 0;
};

// For each argument the place of its parameter, each once and none left out; or what is wrong. A
// function without named parameters has one for each argument.
tl::expected<std::vector<std::size_t>, TextError> match_arguments(const Function& function,
                                                                  const WrittenCall& call);

}  // namespace millpond::policy
