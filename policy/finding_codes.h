// The stable code of every finding. docs/findings.md says of each what it means and what to do; a
// test fails when the two differ. A code is never given a second meaning.
//
// Constants only.
//
//   findings.push_back({.code = code::kUnknownKey, …});
#pragma once

#include <array>

namespace millpond::policy::code {

// The file's form.
inline constexpr char kSyntax[] = "M001";
inline constexpr char kVersionMissing[] = "M002";
inline constexpr char kVersionUnsupported[] = "M003";
inline constexpr char kUnknownTable[] = "M010";
inline constexpr char kNotATable[] = "M011";
inline constexpr char kUnknownKey[] = "M012";
inline constexpr char kKeyMissing[] = "M013";
inline constexpr char kWrongType[] = "M014";
inline constexpr char kOutOfBounds[] = "M015";
inline constexpr char kBadDuration[] = "M016";
inline constexpr char kUnknownWord[] = "M017";
inline constexpr char kBadShare[] = "M018";
inline constexpr char kBadAddress[] = "M019";
inline constexpr char kAddressNotYet[] = "M020";
inline constexpr char kVariableUnset[] = "M021";
inline constexpr char kBadSubstitution[] = "M022";
inline constexpr char kLiteralSecret[] = "M023";
inline constexpr char kBadName[] = "M024";
inline constexpr char kUnknownPlaceholder[] = "M025";
inline constexpr char kBadText[] = "M026";

// Expressions.
inline constexpr char kExpressionSyntax[] = "M040";
inline constexpr char kUnknownName[] = "M041";
inline constexpr char kAmbiguousCores[] = "M042";
inline constexpr char kArgumentCount[] = "M043";
inline constexpr char kDivisionByZero[] = "M044";
inline constexpr char kOverflow[] = "M045";
inline constexpr char kEmptyRange[] = "M046";
inline constexpr char kTooComplex[] = "M047";
inline constexpr char kNotStated[] = "M048";
inline constexpr char kSizeTooLarge[] = "M049";

// Rules between keys.
inline constexpr char kNoPools[] = "M050";
inline constexpr char kUnknownServer[] = "M051";
inline constexpr char kMinIdleAboveSize[] = "M052";
inline constexpr char kValidateTooSlow[] = "M053";
inline constexpr char kTlsNotYet[] = "M054";
inline constexpr char kBackoffOrder[] = "M055";

// Warnings.
inline constexpr char kNoLifetime[] = "M070";
inline constexpr char kNoJitter[] = "M071";
inline constexpr char kUnusedServer[] = "M072";
inline constexpr char kLongAcquire[] = "M073";
inline constexpr char kKeepaliveNeverDue[] = "M074";

// This host, seen by `millpond check`.
inline constexpr char kSecretUnset[] = "M080";
inline constexpr char kSecretUnreadable[] = "M081";
inline constexpr char kSecretExposed[] = "M082";
inline constexpr char kSecretEmpty[] = "M083";
inline constexpr char kFileUnreadable[] = "M084";

// The program that uses the policy.
inline constexpr char kNoDriver[] = "M085";

inline constexpr std::array kAll{
    kSyntax,
    kVersionMissing,
    kVersionUnsupported,
    kUnknownTable,
    kNotATable,
    kUnknownKey,
    kKeyMissing,
    kWrongType,
    kOutOfBounds,
    kBadDuration,
    kUnknownWord,
    kBadShare,
    kBadAddress,
    kAddressNotYet,
    kVariableUnset,
    kBadSubstitution,
    kLiteralSecret,
    kBadName,
    kUnknownPlaceholder,
    kBadText,
    kExpressionSyntax,
    kUnknownName,
    kAmbiguousCores,
    kArgumentCount,
    kDivisionByZero,
    kOverflow,
    kEmptyRange,
    kTooComplex,
    kNotStated,
    kSizeTooLarge,
    kNoPools,
    kUnknownServer,
    kMinIdleAboveSize,
    kValidateTooSlow,
    kTlsNotYet,
    kBackoffOrder,
    kNoLifetime,
    kNoJitter,
    kUnusedServer,
    kLongAcquire,
    kKeepaliveNeverDue,
    kSecretUnset,
    kSecretUnreadable,
    kSecretExposed,
    kSecretEmpty,
    kFileUnreadable,
    kNoDriver,
};

}  // namespace millpond::policy::code
