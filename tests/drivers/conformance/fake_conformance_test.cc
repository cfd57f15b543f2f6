// The fake owes its pools what the real drivers' sessions do: else the pools' tests would prove
// little of them.
#include <memory>
#include <string>

#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/tests/drivers/conformance/session_suite.h"
#include "millpond/tests/harness/fake_driver/fake_driver.h"

namespace millpond::drivers {
namespace {

class FakeSessions {
 public:
  static constexpr bool kHasSessionState = true;
  static constexpr bool kTellsLimits = false;

  std::shared_ptr<const Driver> driver() const { return driver_; }
  static Endpoint endpoint() { return {}; }
  static std::string session_of(Connection& connection) {
    return std::to_string(harness::Fake::handle(connection).session);
  }
  bool lists(const std::string& session) const { return driver_->lists(std::stoi(session)); }
  void end(const std::string& session) { driver_->end(std::stoi(session)); }
  static void dirty(Connection& connection) {
    harness::Fake::handle(connection).need = ResetNeed::kSession;
  }
  static bool is_dirty(Connection& connection) {
    return harness::Fake::handle(connection).need != ResetNeed::kNone;
  }

 private:
  std::shared_ptr<harness::FakeDriver> driver_ = std::make_shared<harness::FakeDriver>();
};

INSTANTIATE_TYPED_TEST_SUITE_P(Fake, SessionConformance, FakeSessions);

}  // namespace
}  // namespace millpond::drivers
