#include "millpond/cli/size_advice.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>

#include "millpond/policy/expression/functions.h"
#include "millpond/policy/expression/rational.h"

namespace millpond::cli {
namespace {

using policy::Quantity;
using policy::Rational;

// How much longer a wait is worth asking about.
constexpr std::array<std::int32_t, 6> kLonger{2, 4, 10, 20, 40, 100};

constexpr std::array kBands{Band{10, 2, 5}, Band{100, 4, 9}, Band{1000, 16, 33},
                            Band{10'000, 32, 65}};

// Rows of the table above and below the answer, and how far apart: a pool of 1,000 differs little
// from one of 1,001.
constexpr std::int64_t kRowsAside = 4;
constexpr std::int64_t kSizesPerStep = 32;

policy::Demand demand_of(const SizeQuestion& question) {
  return {.arrivals_per_second = question.rate.amount.to_double(),
          .hold_seconds = question.hold.amount.to_double(),
          .p = question.p.amount.to_double(),
          .wait_seconds = question.wait.amount.to_double()};
}

// A function of the expression language, so that a rule stands in one place only.
struct Rule {
  std::string_view function;
  std::string_view blamed;  // the option to mark when it has no result
};

tl::expected<Quantity, OptionError> apply(Rule rule, std::span<const Quantity> arguments) {
  auto result = policy::call(*policy::find_function(rule.function), arguments);
  if (!result) {
    return tl::unexpected(OptionError{rule.blamed, std::move(result.error().error)});
  }
  return result->value;
}

tl::expected<std::int64_t, OptionError> size_by(Rule rule, std::span<const Quantity> arguments) {
  return apply(rule, arguments).map([](const Quantity& value) {
    return value.amount.ceil().numerator();
  });
}

std::optional<Relaxation> smaller_than(std::int64_t size, const SizeQuestion& question) {
  const Quantity base = question.wait.amount.is_zero() ? question.hold : question.wait;
  for (const std::int32_t factor : kLonger) {
    const auto wait = base.times(Rational{factor});
    if (!wait) {
      return std::nullopt;
    }
    policy::Demand demand = demand_of(question);
    demand.wait_seconds = wait->amount.to_double();
    const auto answer = policy::servers_needed(demand);
    if (answer && answer->servers < size) {
      return Relaxation{answer->servers, *wait};
    }
  }
  return std::nullopt;
}

std::vector<policy::Answer> around(std::int64_t size, const SizeQuestion& question) {
  const std::int64_t step = std::max<std::int64_t>(1, size / kSizesPerStep);
  auto all = policy::answers(demand_of(question),
                             {.first = std::max<std::int64_t>(1, size - kRowsAside * step),
                              .last = size + kRowsAside * step});
  std::erase_if(all, [&](const policy::Answer& row) { return (row.servers - size) % step != 0; });
  return all;
}

std::int64_t share_of_fleet(std::int64_t fleet, std::int64_t instances) {
  return fleet / instances + (fleet % instances == 0 ? 0 : 1);
}

}  // namespace

tl::expected<SizeAdvice, OptionError> advise(const SizeQuestion& question) {
  const std::array demand{question.rate, question.hold, question.p, question.wait};
  const auto erlang = size_by({"erlang", "rate"}, demand);
  if (!erlang) {
    return tl::unexpected(erlang.error());
  }
  const auto little = apply({"little", "rate"}, std::span(demand).first(2));
  if (!little) {
    return tl::unexpected(little.error());
  }
  SizeAdvice advice{.smaller = smaller_than(*erlang, question),
                    .little = *little,
                    .band = band_for(question.rate.amount.to_double()),
                    .around = around(*erlang, question)};
  advice.erlang = *std::ranges::find(advice.around, *erlang, &policy::Answer::servers);
  if (question.borrowers) {
    const std::array borrowers{question.borrowers->threads, question.borrowers->leases};
    const auto floor = size_by({"deadlock_free", "threads"}, borrowers);
    if (!floor) {
      return tl::unexpected(floor.error());
    }
    advice.deadlock_floor = *floor;
  }
  if (question.database) {
    const std::array host{question.database->cores, question.database->spindles};
    const auto fleet = size_by({"hikari", "cores"}, host);
    if (!fleet) {
      return tl::unexpected(fleet.error());
    }
    advice.hikari = HikariSizes{*fleet, share_of_fleet(*fleet, question.instances)};
  }
  return advice;
}

Band band_for(double requests_per_second) {
  const auto distance = [requests_per_second](const Band& band) {
    return std::abs(std::log10(std::max(1.0, requests_per_second)) -
                    std::log10(static_cast<double>(band.requests_per_second)));
  };
  return *std::ranges::min_element(kBands, {}, distance);
}

}  // namespace millpond::cli
