// Prints docs/findings.md.
#include <iostream>

#include "millpond/policy/pages/finding_pages.h"

int main() {
  std::cout << millpond::policy::findings_page();
}
