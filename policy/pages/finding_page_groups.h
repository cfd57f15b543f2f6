// The pages by group, each in a file of its own.
//
// Constants; safe from any thread.
//
//   for (const FindingPage& page : budget_pages()) …
#pragma once

#include <span>
#include <string_view>

#include "millpond/policy/pages/finding_page.h"

namespace millpond::policy {

inline constexpr std::string_view kErrorPage = "error";
inline constexpr std::string_view kWarningPage = "warning";

std::span<const FindingPage> form_pages();   // tables, keys, names
std::span<const FindingPage> value_pages();  // what stands behind a key
std::span<const FindingPage> budget_pages();
std::span<const FindingPage> expression_pages();
std::span<const FindingPage> rule_pages();
std::span<const FindingPage> warning_pages();
std::span<const FindingPage> host_pages();

}  // namespace millpond::policy
