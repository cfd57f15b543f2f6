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
inline constexpr char kUnknownProfile[] = "M004";
inline constexpr char kProfileOfNothing[] = "M005";
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
inline constexpr char kBadSocket[] = "M020";
inline constexpr char kVariableUnset[] = "M021";
inline constexpr char kBadSubstitution[] = "M022";
inline constexpr char kLiteralSecret[] = "M023";
inline constexpr char kBadName[] = "M024";
inline constexpr char kUnknownPlaceholder[] = "M025";
inline constexpr char kBadText[] = "M026";
inline constexpr char kBadBytes[] = "M027";
inline constexpr char kRepeatedName[] = "M028";
inline constexpr char kKeyElsewhere[] = "M029";

// Budgets: limits that several pools share.
inline constexpr char kOverBudget[] = "M030";
inline constexpr char kDescriptors[] = "M031";
inline constexpr char kFloorAboveCap[] = "M032";
inline constexpr char kClamped[] = "M033";
inline constexpr char kBelowDeadlockFloor[] = "M034";
inline constexpr char kLiveWithoutMost[] = "M035";
inline constexpr char kReservedAboveMost[] = "M036";
inline constexpr char kNothingWanted[] = "M037";

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
inline constexpr char kUnitMismatch[] = "M090";
inline constexpr char kUnknownUnit[] = "M091";
inline constexpr char kArgumentName[] = "M092";
inline constexpr char kArgumentRange[] = "M093";
inline constexpr char kUnreachable[] = "M094";

// Rules between keys.
inline constexpr char kNoPools[] = "M050";
inline constexpr char kUnknownServer[] = "M051";
inline constexpr char kMinIdleAboveSize[] = "M052";
inline constexpr char kValidateTooSlow[] = "M053";
inline constexpr char kNotInThisRelease[] = "M054";
inline constexpr char kBackoffOrder[] = "M055";
inline constexpr char kAbovePathCutoff[] = "M056";
inline constexpr char kUnknownClass[] = "M057";
inline constexpr char kConflictingKeys[] = "M058";
inline constexpr char kKeyNeedsAnother[] = "M059";
inline constexpr char kMaxIdleBelowMinIdle[] = "M060";
inline constexpr char kMinSizeAboveMax[] = "M061";
inline constexpr char kNotOfBackend[] = "M062";

// Warnings.
inline constexpr char kNoLifetime[] = "M070";
inline constexpr char kNoJitter[] = "M071";
inline constexpr char kUnusedServer[] = "M072";
inline constexpr char kLongAcquire[] = "M073";
inline constexpr char kKeepaliveNeverDue[] = "M074";
inline constexpr char kUnusedClass[] = "M075";
inline constexpr char kWithoutEffect[] = "M076";

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
    kUnknownProfile,
    kProfileOfNothing,
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
    kBadSocket,
    kVariableUnset,
    kBadSubstitution,
    kLiteralSecret,
    kBadName,
    kUnknownPlaceholder,
    kBadText,
    kBadBytes,
    kRepeatedName,
    kKeyElsewhere,
    kOverBudget,
    kDescriptors,
    kFloorAboveCap,
    kClamped,
    kBelowDeadlockFloor,
    kLiveWithoutMost,
    kReservedAboveMost,
    kNothingWanted,
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
    kNotInThisRelease,
    kBackoffOrder,
    kAbovePathCutoff,
    kUnknownClass,
    kConflictingKeys,
    kKeyNeedsAnother,
    kMaxIdleBelowMinIdle,
    kMinSizeAboveMax,
    kNotOfBackend,
    kNoLifetime,
    kNoJitter,
    kUnusedServer,
    kLongAcquire,
    kKeepaliveNeverDue,
    kUnusedClass,
    kWithoutEffect,
    kSecretUnset,
    kSecretUnreadable,
    kSecretExposed,
    kSecretEmpty,
    kFileUnreadable,
    kNoDriver,
    kUnitMismatch,
    kUnknownUnit,
    kArgumentName,
    kArgumentRange,
    kUnreachable,
};

}  // namespace millpond::policy::code
