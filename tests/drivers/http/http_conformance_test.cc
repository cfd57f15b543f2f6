#include "millpond/tests/drivers/conformance/session_suite.h"
#include "millpond/tests/drivers/conformance/suite.h"
#include "millpond/tests/drivers/http/http_backend.h"

namespace millpond::drivers {
namespace {

INSTANTIATE_TYPED_TEST_SUITE_P(Http, SessionConformance, HttpBackend);
INSTANTIATE_TYPED_TEST_SUITE_P(Http, DriverConformance, HttpBackend);

}  // namespace
}  // namespace millpond::drivers
