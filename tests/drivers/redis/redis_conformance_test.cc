#include "millpond/tests/drivers/conformance/session_suite.h"
#include "millpond/tests/drivers/conformance/suite.h"
#include "millpond/tests/drivers/redis/redis_backend.h"

namespace millpond::drivers {
namespace {

INSTANTIATE_TYPED_TEST_SUITE_P(Redis, SessionConformance, RedisBackend);
INSTANTIATE_TYPED_TEST_SUITE_P(Redis, DriverConformance, RedisBackend);

}  // namespace
}  // namespace millpond::drivers
