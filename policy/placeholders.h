// "{service}/{pool}" with the names filled in.
//
// Pure; safe from any thread.
//
//   fill_placeholders("{service}/{pool}", {{"service", "shop"}, {"pool", "orders"}})  //
//   shop/orders
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "millpond/policy/text_error.h"

namespace millpond::policy {

struct Placeholder {
  std::string_view name;
  std::string_view value;
};

tl::expected<std::string, TextError> fill_placeholders(std::string_view text,
                                                       const std::vector<Placeholder>& known);

}  // namespace millpond::policy
