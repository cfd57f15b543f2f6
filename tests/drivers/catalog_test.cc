#include "millpond/drivers/catalog.h"

#include <gtest/gtest.h>

#include <memory>
#include <string_view>
#include <tl/expected.hpp>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/error.h"

namespace millpond::drivers {
namespace {

class NamedDriver final : public Driver {
 public:
  explicit NamedDriver(std::string_view name) : name_(name) {}
  std::string_view backend() const noexcept override { return name_; }
  Result<std::unique_ptr<Connection>> connect(const Endpoint&, const SessionSettings&,
                                              const Budget&) const override {
    return tl::unexpected(Error{});
  }

 private:
  std::string_view name_;
};

std::shared_ptr<const Driver> driver(std::string_view name) {
  return std::make_shared<NamedDriver>(name);
}

TEST(Catalog, FindsADriverByItsBackend) {
  Catalog catalog;
  const auto redis = driver("redis");
  catalog.add(redis);
  catalog.add(driver("http"));
  EXPECT_EQ(catalog.find("redis"), redis);
  EXPECT_EQ(catalog.find("mongo"), nullptr);
}

TEST(Catalog, ListsItsBackendsInOrderWhateverTheOrderTheyCameIn) {
  Catalog catalog;
  for (const auto* name : {"redis", "http", "postgres", "mysql"}) {
    catalog.add(driver(name));
  }
  EXPECT_EQ(catalog.names(), "http, mysql, postgres, redis");
}

TEST(Catalog, TakesTheLastOfTwoDriversForOneBackend) {
  Catalog catalog;
  catalog.add(driver("redis"));
  const auto better = driver("redis");
  catalog.add(better);
  EXPECT_EQ(catalog.find("redis"), better);
  EXPECT_EQ(catalog.names(), "redis");
}

TEST(Catalog, WithoutDriversHasNoNames) {
  EXPECT_EQ(Catalog{}.names(), "");
}

TEST(Error, KindsAreNamedAndSayWhetherWaitingHelps) {
  EXPECT_STREQ(name_of(ErrorKind::kTooManyConnections), "too many connections");
  EXPECT_TRUE(is_transient(ErrorKind::kRefused));
  EXPECT_FALSE(is_transient(ErrorKind::kAuthentication));
  EXPECT_FALSE(is_transient(ErrorKind::kConfiguration));
}

}  // namespace
}  // namespace millpond::drivers
