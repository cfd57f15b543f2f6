#include "millpond/drivers/mysql/vendor_error.h"

#include <cppconn/exception.h>
#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>

#include "millpond/drivers/error.h"

namespace millpond::drivers {
namespace {

TEST(VendorError, TheOperatingSystemsNumberIsTakenFromTheMessage) {
  EXPECT_EQ(kind_of_code(2002, "Can't connect to server on '10.0.0.7' (111)"), ErrorKind::kRefused);
  EXPECT_EQ(kind_of_code(2002, "Can't connect to server on '10.0.0.7' (113)"),
            ErrorKind::kUnreachable);
  EXPECT_EQ(kind_of_code(2002, "Can't connect to server on '10.0.0.7' (110)"), ErrorKind::kTimeout);
  EXPECT_EQ(kind_of_code(2001, "Can't create UNIX socket (24)"), ErrorKind::kLocalExhaustion);
  EXPECT_EQ(kind_of_code(2002, "Can't connect"), ErrorKind::kBroken);
}

TEST(VendorError, CodesHaveTheirKinds) {
  EXPECT_EQ(kind_of_code(1045, ""), ErrorKind::kAuthentication);
  EXPECT_EQ(kind_of_code(1040, ""), ErrorKind::kTooManyConnections);
  EXPECT_EQ(kind_of_code(1049, ""), ErrorKind::kConfiguration);
  EXPECT_EQ(kind_of_code(1053, ""), ErrorKind::kShuttingDown);
  EXPECT_EQ(kind_of_code(1290, ""), ErrorKind::kReadOnly);
  EXPECT_EQ(kind_of_code(2013, ""), ErrorKind::kBroken);
}

TEST(VendorError, ASocketThatIsNotThereIsAServerThatIsNotThere) {
  EXPECT_EQ(kind_of_code(2002, "Can't connect to local server through socket '/run/my.sock' (2)"),
            ErrorKind::kRefused);
}

TEST(VendorError, WhatAServerSaysInsteadOfAHandshakeKeepsItsKind) {
  EXPECT_EQ(kind_of_code(2002,
                         "Received error packet before completion of TLS handshake. The"
                         " authenticity of the following error cannot be verified: 1040 - Too"
                         " many connections"),
            ErrorKind::kTooManyConnections);
}

TEST(VendorError, WhatTlsRefusesWaitsForAnOperatorUnlessTheConnectionBroke) {
  EXPECT_EQ(kind_of_code(2026, "TLS/SSL error: certificate has expired"),
            ErrorKind::kConfiguration);
  EXPECT_EQ(kind_of_code(2026, "TLS/SSL error: unexpected eof while reading"), ErrorKind::kBroken);
  EXPECT_EQ(error_of(sql::SQLException{"expired", "HY000", 2026}, "connect").phase, "tls");
}

TEST(VendorError, TheMessageIsOneLineWithTheNativeCode) {
  const Error error =
      error_of(sql::SQLException{"Access denied\nfor user", "28000", 1045}, "connect");
  EXPECT_EQ(error.message, "Access denied for user (error 1045, SQLSTATE 28000)");
  EXPECT_EQ(error.phase, "authenticate");
  EXPECT_EQ(error_of(sql::SQLException{"gone", "HY000", 2006}, "probe").phase, "probe");
}

TEST(VendorError, WhatTheLibraryThrowsSaysWhetherItMayPass) {
  const auto kind_of = [](int code) {
    return kind_of_thrown(sql::SQLException{"refused", "HY000", code});
  };
  EXPECT_EQ(kind_of(1213), ErrorKind::kConflict);
  EXPECT_EQ(kind_of(2013), ErrorKind::kBroken);
  EXPECT_EQ(kind_of(1290), ErrorKind::kReadOnly);
  EXPECT_EQ(kind_of(1062), std::nullopt) << "a duplicate key stays one";
  EXPECT_EQ(kind_of_thrown(std::runtime_error{"the borrower's own"}), std::nullopt);
}

}  // namespace
}  // namespace millpond::drivers
