#include "millpond/tests/drivers/conformance/session_suite.h"
#include "millpond/tests/drivers/conformance/suite.h"
#include "millpond/tests/drivers/postgres/backend.h"

namespace millpond::drivers {

INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, SessionConformance, PostgresBackend);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, DriverConformance, PostgresBackend);

}  // namespace millpond::drivers
