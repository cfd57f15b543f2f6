#include "millpond/policy/server_address.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>

namespace millpond::policy {
namespace {

std::string read(std::string_view text, Backend backend) {
  const auto address = parse_server_address(text, backend);
  return address ? to_text(*address) : address.error().code + " " + address.error().message;
}

TEST(ServerAddress, HasHostPortAndPath) {
  const auto address = parse_server_address("db1.internal:6543/orders", Backend::kPostgres);
  EXPECT_EQ(address->host, "db1.internal");
  EXPECT_EQ(address->port, 6543);
  EXPECT_EQ(address->path, "orders");
}

TEST(ServerAddress, WithoutAPortHasItsBackends) {
  EXPECT_EQ(read("db/orders", Backend::kPostgres), "db:5432/orders");
  EXPECT_EQ(read("db/orders", Backend::kMysql), "db:3306/orders");
  EXPECT_EQ(read("cache", Backend::kRedis), "cache:6379");
  EXPECT_EQ(read("http://web", Backend::kHttp), "http://web:80");
  EXPECT_EQ(read("https://web", Backend::kHttp), "https://web:443");
  EXPECT_EQ(read("web", Backend::kHttp), "web:80");
}

TEST(ServerAddress, KeepsIpv6InBrackets) {
  EXPECT_EQ(parse_server_address("[::1]:5433/orders", Backend::kPostgres)->host, "::1");
  EXPECT_EQ(read("[::1]:5433/orders", Backend::kPostgres), "[::1]:5433/orders");
  EXPECT_EQ(read("[::1]", Backend::kRedis), "[::1]:6379");
  EXPECT_EQ(read("::1", Backend::kRedis), "M019 an IPv6 address needs brackets");
  EXPECT_EQ(read("[::1", Backend::kRedis), "M019 no IPv6 address between the brackets");
  EXPECT_EQ(read("[::1]6379", Backend::kRedis), "M019 no IPv6 address between the brackets");
}

TEST(ServerAddress, OfHttpKeepsItsPathAsItIs) {
  EXPECT_EQ(parse_server_address("http://web:8080/v1/", Backend::kHttp)->path, "/v1/");
  EXPECT_EQ(read("web:8080/v1", Backend::kHttp), "web:8080/v1");
}

TEST(ServerAddress, OfRedisNamesItsDatabaseByNumber) {
  EXPECT_EQ(read("cache/3", Backend::kRedis), "cache:6379/3");
  EXPECT_EQ(read("cache/sessions", Backend::kRedis), "M019 `sessions` is no database");
}

TEST(ServerAddress, SaysWhatIsWrongWithIt) {
  EXPECT_EQ(read("", Backend::kPostgres), "M019 the address names no host");
  EXPECT_EQ(read(":5432", Backend::kPostgres), "M019 the address names no host");
  EXPECT_EQ(read("db:0", Backend::kPostgres), "M019 `0` is no port");
  EXPECT_EQ(read("db:", Backend::kPostgres), "M019 `` is no port");
  EXPECT_EQ(read("db:65536", Backend::kPostgres), "M019 `65536` is no port");
  EXPECT_EQ(read("d(b", Backend::kPostgres), "M019 `d(b` is no host name");
  EXPECT_EQ(read("db/a/b", Backend::kPostgres), "M019 `a/b` is no database");
  EXPECT_EQ(read("db/a?sslmode=off", Backend::kPostgres),
            "M019 the address holds more than host, port and path");
  EXPECT_EQ(read("postgres://db/a", Backend::kPostgres),
            "M019 the address starts with \"postgres://\"");
  EXPECT_EQ(read("ftp://web", Backend::kHttp), "M019 the address starts with \"ftp://\"");
  EXPECT_EQ(read("a:1,b:2", Backend::kPostgres), "M019 the address holds a comma");
}

TEST(ServerAddress, IsAUnixSocketWhereItSaysSo) {
  EXPECT_EQ(read("unix:/run/mysqld/mysqld.sock:/orders", Backend::kMysql),
            "unix:/run/mysqld/mysqld.sock:/orders");
  EXPECT_EQ(read("unix:/run/redis.sock", Backend::kRedis), "unix:/run/redis.sock");
  EXPECT_EQ(read("http://unix:/run/app.sock:/v1", Backend::kHttp), "http://unix:/run/app.sock:/v1");
  const auto address =
      parse_server_address("unix:/run/postgresql/.s.PGSQL.5433:/orders", Backend::kPostgres);
  ASSERT_TRUE(address);
  EXPECT_EQ(address->host, "/run/postgresql/.s.PGSQL.5433");
  EXPECT_EQ(address->port, 5433);
  EXPECT_EQ(address->path, "orders");
  EXPECT_TRUE(is_unix(*address));
  EXPECT_TRUE(is_loopback(address->host));
}

TEST(ServerAddress, ThatIsNoUnixSocketSaysWhatOneLooksLike) {
  EXPECT_EQ(read("/run/postgresql", Backend::kPostgres), "M020 the address is a path");
  EXPECT_EQ(read("unix:", Backend::kRedis), "M020 no Unix socket after \"unix:\"");
  EXPECT_EQ(read("unix:redis.sock", Backend::kRedis), "M020 no Unix socket after \"unix:\"");
  EXPECT_EQ(read("unix:/run/redis.sock:", Backend::kRedis), "M020 no Unix socket after \"unix:\"");
  EXPECT_EQ(read("unix:/run/redis.sock:3", Backend::kRedis), "M020 no Unix socket after \"unix:\"");
  EXPECT_EQ(read("unix:/run/redis.sock:/x", Backend::kRedis), "M019 `x` is no database");
  EXPECT_EQ(read("unix:/run/postgresql:/orders", Backend::kPostgres),
            "M020 `postgresql` is no name of PostgreSQL's socket");
}

TEST(ServerAddress, IsNotQuotedWhenItHoldsCredentials) {
  for (const Backend backend : {Backend::kPostgres, Backend::kHttp}) {
    const auto error = parse_server_address("http://u:hunter2@db/a", backend).error();
    EXPECT_EQ(error.message, "the address holds credentials");
    EXPECT_EQ(error.help.find("hunter2"), std::string::npos);
  }
}

TEST(ServerAddress, OfThisHostIsKnown) {
  EXPECT_TRUE(is_loopback("127.0.0.1"));
  EXPECT_TRUE(is_loopback("127.1.2.3"));
  EXPECT_TRUE(is_loopback("::1"));
  EXPECT_TRUE(is_loopback("localhost"));
  EXPECT_FALSE(is_loopback("10.0.0.1"));
  EXPECT_FALSE(is_loopback("localhost.example.org"));
}

TEST(ServerAddress, ThatLooksLikeLoopbackIsAName) {
  EXPECT_FALSE(is_loopback("127.evil.org"));
}

TEST(ServerAddress, IsReadBackAsItIsWritten) {
  EXPECT_TRUE(rc::check([] {
    const auto host = *rc::gen::element<std::string>("db", "10.0.0.7", "[::1]", "a-b.c_d");
    const auto port = *rc::gen::inRange(1, 65536);
    const auto path = *rc::gen::element<std::string>("", "/", "/v1", "/v1/orders");
    const std::string text = host + ":" + std::to_string(port) + path;
    const auto scheme = *rc::gen::element<std::string>("", "http://", "https://");
    RC_ASSERT(read(scheme + text, Backend::kHttp) == scheme + text);
  }));
}

TEST(ServerAddress, OfAnyTextIsReadOrRefused) {
  EXPECT_TRUE(rc::check([](const std::string& text) {
    const auto address = parse_server_address(text, Backend::kPostgres);
    RC_ASSERT((address ? address->port != 0 : !address.error().message.empty()));
  }));
}

}  // namespace
}  // namespace millpond::policy
