#include "millpond/drivers/postgres/native_error.h"

#include <gtest/gtest.h>

#include <string>

#include "millpond/drivers/error.h"
#include "millpond/drivers/secret.h"

namespace millpond::drivers {
namespace {

TEST(NativeError, TheSqlstateDecidesWhateverLanguageTheServerSpeaks) {
  const Error error = error_of_connect(
      "connection to server at \"db\" (10.0.0.7), port 5432 failed: FATAL:  28P01: "
      "Passwort-Authentifizierung für Benutzer »a« fehlgeschlagen\n"
      "LOCATION:  auth_failed, auth.c:326\n",
      Secret{"hunter2"});
  EXPECT_EQ(error.kind, ErrorKind::kAuthentication);
  EXPECT_EQ(error.phase, "authenticate");
  EXPECT_EQ(error.message,
            "connection to server at \"db\" (10.0.0.7), port 5432 failed: FATAL: 28P01: "
            "Passwort-Authentifizierung für Benutzer »a« fehlgeschlagen");
}

TEST(NativeError, WithoutASqlstateTheOperatingSystemsWordsDecide) {
  EXPECT_EQ(
      error_of_connect("… failed: Connection refused\n\tIs the server running?\n", Secret{}).kind,
      ErrorKind::kRefused);
  EXPECT_EQ(error_of_connect("… failed: No route to host\n", Secret{}).kind,
            ErrorKind::kUnreachable);
  EXPECT_EQ(error_of_connect("could not create socket: Too many open files\n", Secret{}).kind,
            ErrorKind::kLocalExhaustion);
  EXPECT_EQ(error_of_connect("server closed the connection unexpectedly\n", Secret{}).kind,
            ErrorKind::kBroken);
}

TEST(NativeError, AMessageIsOneLineAndShowsNoPassword) {
  const Error error = error_of_connect("bad option \"hunter2\"\nin line 3\n\n", Secret{"hunter2"});
  EXPECT_EQ(error.message, "bad option \"***\" in line 3");
}

TEST(NativeError, EveryLimitOfTheServerHasItsKind) {
  EXPECT_EQ(kind_of_sqlstate("53300"), ErrorKind::kTooManyConnections);
  EXPECT_EQ(kind_of_sqlstate("57P01"), ErrorKind::kShuttingDown);
  EXPECT_EQ(kind_of_sqlstate("57P03"), ErrorKind::kShuttingDown);
  EXPECT_EQ(kind_of_sqlstate("25006"), ErrorKind::kReadOnly);
  EXPECT_EQ(kind_of_sqlstate("3D000"), ErrorKind::kConfiguration);
  EXPECT_EQ(kind_of_sqlstate("22023"), ErrorKind::kConfiguration);
  EXPECT_EQ(kind_of_sqlstate(""), ErrorKind::kBroken);
}

}  // namespace
}  // namespace millpond::drivers
