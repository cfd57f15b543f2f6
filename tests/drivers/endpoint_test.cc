#include "millpond/drivers/endpoint.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>

#include "millpond/drivers/secret.h"

namespace millpond::drivers {
namespace {

Endpoint at(std::string host, std::uint16_t port, std::string path) {
  Endpoint endpoint;
  endpoint.host = std::move(host);
  endpoint.port = port;
  endpoint.path = std::move(path);
  return endpoint;
}

TEST(Endpoint, ReadsAsPeopleWriteIt) {
  EXPECT_EQ(at("10.0.0.7", 5432, "orders").to_string(), "10.0.0.7:5432/orders");
  EXPECT_EQ(at("cache", 6379, "").to_string(), "cache:6379");
}

TEST(Endpoint, PutsBracketsAroundAnIPv6Address) {
  EXPECT_EQ(at("fd00::7", 80, "/v1").to_string(), "[fd00::7]:80/v1");
}

TEST(Endpoint, IsAUnixSocketWhereItsHostIsAPath) {
  EXPECT_TRUE(at("/run/redis.sock", 0, "").is_unix());
  EXPECT_FALSE(at("cache", 6379, "").is_unix());
  EXPECT_EQ(at("/run/redis.sock", 0, "").to_string(), "unix:/run/redis.sock");
  EXPECT_EQ(at("/run/redis.sock", 0, "3").to_string(), "unix:/run/redis.sock:/3");
}

TEST(Endpoint, NeverShowsTheAccount) {
  Endpoint endpoint = at("db", 5432, "orders");
  endpoint.user = "shop";
  endpoint.password = Secret{"hunter2"};
  EXPECT_EQ(endpoint.to_string(), "db:5432/orders");
}

}  // namespace
}  // namespace millpond::drivers
