#include "millpond/drivers/http/driver.h"
#include "millpond/tests/drivers/racing/race.h"

int main() {
  millpond::drivers::race(millpond::drivers::make_http_driver);
}
