#include "millpond/drivers/postgres/driver.h"
#include "millpond/tests/drivers/racing/race.h"

int main() {
  millpond::drivers::race(millpond::drivers::make_postgres_driver);
}
