#include "millpond/cli/size_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "millpond/cli/json_output.h"
#include "millpond/cli/text_table.h"
#include "millpond/policy/expression/queueing.h"
#include "millpond/policy/expression/rational.h"

namespace millpond::cli {
namespace {

using Json = nlohmann::ordered_json;
using policy::Answer;
using policy::Quantity;
using policy::Unit;
using Rows = std::vector<std::vector<std::string>>;

// Three digits or so, in the largest unit that leaves one before the point.
std::string time_text(double seconds) {
  constexpr double kMilli = 1e3;
  constexpr double kMicro = 1e6;
  const bool is_seconds = seconds >= 1;
  const bool is_millis = !is_seconds && seconds * kMilli >= 1;
  const double value = is_seconds ? seconds : seconds * (is_millis ? kMilli : kMicro);
  const int decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  const char* const unit = is_seconds ? "s" : is_millis ? "ms" : "us";
  return value == 0 ? "0s" : fmt::format("{:.{}f}{}", value, decimals, unit);
}

std::string tenths_text(double offered) {
  return offered >= 1 ? fmt::format("{:.1f}", offered) : fmt::format("{:.3g}", offered);
}

std::string part_text(const Quantity& p) {
  return to_text(Quantity(p.amount, Unit::kRatio));
}

std::string whole_text(std::int64_t number) {
  return fmt::format("{}", number);
}

std::string counted(const Quantity& number, std::string_view what) {
  return fmt::format("{} {}{}", to_text(number), what,
                     number.amount == policy::Rational{1} ? "" : "s");
}

std::string headline(const SizeAdvice& advice) {
  const Answer& answer = advice.erlang;
  std::string line = fmt::format("{}   (a = {}, ρ = {:.2f}, P(wait) = {})",
                                 counted(*policy::Rational::of(answer.servers, 1), "connection"),
                                 tenths_text(answer.offered), answer.utilisation,
                                 policy::probability_text(answer.probability_of_wait));
  if (advice.smaller) {
    line += fmt::format("      {} would do for wait ≤ {}", advice.smaller->size,
                        to_text(advice.smaller->wait));
  }
  return line;
}

std::string demand_text(const SizeReport& report) {
  const SizeQuestion& question = report.question;
  const std::string defaults =
      report.assumed.empty()
          ? ""
          : fmt::format("   ({} by default)", fmt::join(report.assumed, " and "));
  return fmt::format("for {}, each held {}: {} of callers wait ≤ {}{}", to_text(question.rate),
                     to_text(question.hold), part_text(question.p), to_text(question.wait),
                     defaults);
}

std::string rules(const SizeReport& report) {
  const SizeQuestion& question = report.question;
  const SizeAdvice& advice = report.advice;
  Rows rows{{"rule", "connections", "what it says"},
            {"Erlang C", whole_text(advice.erlang.servers),
             "the fewest that keep the wait; arrivals at random moments"},
            {"Little's law", advice.little.amount.to_text(),
             fmt::format("{} × {} are in use on average: with no more, the queue never ends",
                         to_text(question.rate), to_text(question.hold))}};
  if (advice.deadlock_floor) {
    rows.push_back({"deadlock floor", whole_text(*advice.deadlock_floor),
                    fmt::format("{} × ({} - 1) + 1: fewer can block for ever",
                                counted(question.borrowers->threads, "thread"),
                                counted(question.borrowers->leases, "lease"))});
  }
  if (advice.hikari) {
    rows.push_back(
        {"HikariCP, whole fleet", whole_text(advice.hikari->fleet),
         fmt::format("{} × 2 + {} of the database host", counted(question.database->cores, "core"),
                     counted(question.database->spindles, "spindle"))});
    rows.push_back(
        {"HikariCP, per instance", whole_text(advice.hikari->per_instance),
         fmt::format("{} over {}, rounded up", advice.hikari->fleet,
                     counted(*policy::Rational::of(question.instances, 1), "instance"))});
  }
  rows.push_back({fmt::format("band of {}/s", advice.band.requests_per_second),
                  whole_text(advice.band.size),
                  fmt::format("a rule of thumb: HikariCP's for a database host of {} cores",
                              advice.band.cores)});
  return render_table(rows);
}

std::string sizes(const SizeReport& report) {
  const SizeQuestion& question = report.question;
  const std::string wait = to_text(question.wait);
  Rows rows{{"size", "utilisation", "P(wait)", fmt::format("P(wait > {})", wait),
             fmt::format("wait of {}", part_text(question.p)), "enough"}};
  for (const Answer& row : report.advice.around) {
    rows.push_back({whole_text(row.servers), fmt::format("{:.0f}%", row.utilisation * 100),
                    policy::probability_text(row.probability_of_wait),
                    policy::probability_text(row.probability_of_longer_wait),
                    time_text(row.quantile_of_wait),
                    row.servers < report.advice.erlang.servers ? "no" : "yes"});
  }
  return render_table(rows);
}

Json as_json(const Answer& answer) {
  return {{"size", answer.servers},
          {"utilisation", answer.utilisation},
          {"probability_of_wait", answer.probability_of_wait},
          {"probability_of_longer_wait", answer.probability_of_longer_wait},
          {"wait_seconds", answer.quantile_of_wait}};
}

Json demand_as_json(const SizeReport& report) {
  const SizeQuestion& question = report.question;
  return {{"rate_per_second", question.rate.amount.to_double()},
          {"hold_seconds", question.hold.amount.to_double()},
          {"p", question.p.amount.to_double()},
          {"wait_seconds", question.wait.amount.to_double()},
          {"defaults", report.assumed}};
}

Json hikari_as_json(const HikariSizes& hikari) {
  return {{"fleet", hikari.fleet}, {"per_instance", hikari.per_instance}};
}

}  // namespace

std::string render_size(const SizeReport& report) {
  return fmt::format("{}\n{}\n\n{}\n{}", headline(report.advice), demand_text(report),
                     rules(report), sizes(report));
}

std::string size_as_json(const SizeReport& report) {
  const SizeAdvice& advice = report.advice;
  Json json{{"demand", demand_as_json(report)},
            {"size", advice.erlang.servers},
            {"offered_load", advice.erlang.offered},
            {"erlang", as_json(advice.erlang)},
            {"smaller", nullptr},
            {"little", advice.little.amount.to_double()},
            {"deadlock_floor", nullptr},
            {"hikari", nullptr},
            {"rule_of_thumb",
             {{"rate_per_second", advice.band.requests_per_second},
              {"cores", advice.band.cores},
              {"size", advice.band.size}}},
            {"sizes", Json::array()}};
  if (advice.smaller) {
    json["smaller"] = {{"size", advice.smaller->size},
                       {"wait_seconds", advice.smaller->wait.amount.to_double()}};
  }
  if (advice.deadlock_floor) {
    json["deadlock_floor"] = *advice.deadlock_floor;
  }
  if (advice.hikari) {
    json["hikari"] = hikari_as_json(*advice.hikari);
  }
  for (const Answer& row : advice.around) {
    json["sizes"].push_back(as_json(row));
  }
  return dump(json);
}

}  // namespace millpond::cli
