// Prints docs/configuration.md.
#include <iostream>

#include "millpond/policy/pages/configuration_page.h"

int main() {
  std::cout << millpond::policy::configuration_page();
}
