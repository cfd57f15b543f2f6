// How many connections a workload needs, by each of the rules that people go by.
//
// Pure; safe from any thread.
//
//   advise({.rate = {Rational{500}, Unit::kRate}, .hold = …, .p = …, .wait = …})->erlang.servers
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "millpond/policy/expression/quantity.h"
#include "millpond/policy/expression/queueing.h"
#include "millpond/policy/text_error.h"

namespace millpond::cli {

struct DatabaseHost {
  policy::Quantity cores{};
  policy::Quantity spindles{};
};

struct Borrowers {
  policy::Quantity threads{};
  policy::Quantity leases{};  // that each thread holds at a time, at most
};

struct SizeQuestion {
  policy::Quantity rate{};
  policy::Quantity hold{};
  policy::Quantity p{};
  policy::Quantity wait{};
  std::optional<DatabaseHost> database{};
  std::int64_t instances = 1;
  std::optional<Borrowers> borrowers{};
};

// What a smaller pool would do.
struct Relaxation {
  std::int64_t size = 0;
  policy::Quantity wait{};
};

struct HikariSizes {
  std::int64_t fleet = 0;
  std::int64_t per_instance = 0;
};

// HikariCP's rule for the database host that such a request rate is usually given.
struct Band {
  std::int64_t requests_per_second = 0;
  std::int64_t cores = 0;
  std::int64_t size = 0;
};

struct SizeAdvice {
  policy::Answer erlang{};
  std::optional<Relaxation> smaller{};  // for the first longer wait that needs fewer
  policy::Quantity little{};
  std::optional<std::int64_t> deadlock_floor{};
  std::optional<HikariSizes> hikari{};
  Band band{};
  std::vector<policy::Answer> around{};  // sizes below and above erlang's, and itself
};

// What is wrong with the value of one option.
struct OptionError {
  std::string_view option{};  // "rate"
  policy::TextError error{};
};

tl::expected<SizeAdvice, OptionError> advise(const SizeQuestion& question);

// The band nearest to a rate, on a scale of factors of ten.
Band band_for(double requests_per_second);

}  // namespace millpond::cli
