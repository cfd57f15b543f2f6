#include "millpond/drivers/postgres/native_error.h"

#include <gtest/gtest.h>

#include <optional>
#include <pqxx/except>
#include <stdexcept>
#include <string>
#include <string_view>

#include "millpond/drivers/error.h"
#include "millpond/drivers/secret.h"

namespace millpond::drivers {
namespace {

TEST(NativeError, TheSqlstateDecidesWhateverLanguageTheServerSpeaks) {
  const Error error = error_of_connect(
      {.text = "connection to server at \"db\" (10.0.0.7), port 5432 failed: FATAL:  28P01: "
               "Passwort-Authentifizierung für Benutzer »a« fehlgeschlagen\n"
               "LOCATION:  auth_failed, auth.c:326\n"},
      Secret{"hunter2"});
  EXPECT_EQ(error.kind, ErrorKind::kAuthentication);
  EXPECT_EQ(error.phase, "authenticate");
  EXPECT_EQ(error.message,
            "connection to server at \"db\" (10.0.0.7), port 5432 failed: FATAL: 28P01: "
            "Passwort-Authentifizierung für Benutzer »a« fehlgeschlagen");
}

TEST(NativeError, WithoutASqlstateTheOperatingSystemsWordsDecide) {
  const auto kind_of = [](std::string_view text) {
    return error_of_connect({.text = text}, Secret{}).kind;
  };
  EXPECT_EQ(kind_of("… failed: Connection refused\n\tIs the server running?\n"),
            ErrorKind::kRefused);
  EXPECT_EQ(kind_of("… failed: No route to host\n"), ErrorKind::kUnreachable);
  EXPECT_EQ(kind_of("could not create socket: Too many open files\n"), ErrorKind::kLocalExhaustion);
  EXPECT_EQ(kind_of("server closed the connection unexpectedly\n"), ErrorKind::kBroken);
}

TEST(NativeError, OfAllFilesThatAreNotThereOnlyTheSocketIsARefusal) {
  const auto kind_of = [](const FailedDial& failed) {
    return error_of_connect(failed, Secret{}).kind;
  };
  const char* text = "connection to server on socket \"/x\" failed: No such file or directory\n";
  EXPECT_EQ(kind_of({.text = text, .over_unix = true}), ErrorKind::kRefused);
  EXPECT_EQ(kind_of({.text = "root.crt: No such file or directory\n", .in_tls = true}),
            ErrorKind::kConfiguration);
}

TEST(NativeError, WhatFailsInTlsIsToBeMendedUnlessTheServerHadGone) {
  const auto check = [](const FailedDial& failed, ErrorKind kind, const char* phase) {
    const Error error = error_of_connect(failed, Secret{});
    EXPECT_EQ(error.kind, kind) << failed.text;
    EXPECT_EQ(error.phase, phase) << failed.text;
  };
  const char* no_tls = "Server unterstützt kein SSL, aber SSL wurde verlangt\n";
  check({.text = no_tls, .in_tls = true}, ErrorKind::kConfiguration, "tls");
  check({.text = "SSL-SYSCALL-Fehler: Dateiende entdeckt\n", .in_tls = true, .hung_up = true},
        ErrorKind::kBroken, "tls");
  check({.text = "SSL SYSCALL error: EOF detected\n", .in_tls = true}, ErrorKind::kBroken, "tls");
  check({.text = "SSL SYSCALL error: Connection reset by peer\n", .in_tls = true},
        ErrorKind::kBroken, "tls");
  check({.text = "FATAL:  53300: sorry, too many connections\nLOCATION:  x\n", .in_tls = true},
        ErrorKind::kTooManyConnections, "connect");
  check({.text = "SSL error: tlsv1 alert unknown ca\n"}, ErrorKind::kConfiguration, "tls");
}

TEST(NativeError, AMessageIsOneLineAndShowsNoPassword) {
  const Error error =
      error_of_connect({.text = "bad option \"hunter2\"\nin line 3\n\n"}, Secret{"hunter2"});
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

TEST(NativeError, WhatLibpqxxThrowsSaysWhetherItMayPass) {
  EXPECT_EQ(kind_of_pqxx(pqxx::broken_connection{"gone"}), ErrorKind::kBroken);
  EXPECT_EQ(kind_of_pqxx(pqxx::sql_error{"deadlock", "update …", "40P01"}), ErrorKind::kConflict);
  EXPECT_EQ(kind_of_pqxx(pqxx::sql_error{"read-only", "update …", "25006"}), ErrorKind::kReadOnly);
  EXPECT_EQ(kind_of_pqxx(pqxx::sql_error{"duplicate", "insert …", "23505"}), std::nullopt);
  EXPECT_EQ(kind_of_pqxx(std::runtime_error{"the borrower's own"}), std::nullopt);
}

}  // namespace
}  // namespace millpond::drivers
