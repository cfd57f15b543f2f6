// What each code of a finding means and what to do about it: one page per code.
//
// Constants and pure functions; safe from any thread.
//
//   if (const FindingPage* page = find_page("M031")) { std::cout << render_page(*page); }
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "millpond/policy/pages/finding_page.h"

namespace millpond::policy {

// In the order of their codes.
std::span<const FindingPage> pages();

// Null when there is no such code.
const FindingPage* find_page(std::string_view code);

// The page as the `millpond` command prints it. Ends with a newline.
std::string render_page(const FindingPage& page);

// docs/findings.md.
std::string findings_page();

}  // namespace millpond::policy
