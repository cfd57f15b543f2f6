#include "millpond/tests/drivers/conformance/session_suite.h"
#include "millpond/tests/drivers/conformance/suite.h"
#include "millpond/tests/drivers/mysql/backend.h"

namespace millpond::drivers {

INSTANTIATE_TYPED_TEST_SUITE_P(Mysql, SessionConformance, MysqlBackend);
INSTANTIATE_TYPED_TEST_SUITE_P(Mysql, DriverConformance, MysqlBackend);
INSTANTIATE_TYPED_TEST_SUITE_P(MysqlTls, SessionConformance, MysqlTlsBackend);
INSTANTIATE_TYPED_TEST_SUITE_P(MysqlTls, DriverConformance, MysqlTlsBackend);

}  // namespace millpond::drivers
