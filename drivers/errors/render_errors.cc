// Prints docs/errors.md.
#include <iostream>

#include "millpond/drivers/errors/errors_page.h"

int main() {
  std::cout << millpond::drivers::errors_page();
}
