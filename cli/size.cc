#include "millpond/cli/size.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "millpond/cli/size_advice.h"
#include "millpond/cli/size_report.h"
#include "millpond/policy/display.h"
#include "millpond/policy/expression/expression.h"
#include "millpond/policy/expression/functions.h"
#include "millpond/policy/expression/quantity.h"
#include "millpond/policy/finding.h"
#include "millpond/policy/finding_codes.h"
#include "millpond/policy/text_error.h"

namespace millpond::cli {
namespace {

using policy::Bounds;
using policy::Parameter;
using policy::Quantity;

// The options as they were typed, or their defaults.
struct SizeOptions {
  std::string rate{};
  std::string hold{};
  std::string p = "0.99";
  std::string wait = "5ms";
  std::string cores{};
  std::string spindles = "1";
  std::string instances = "1";
  std::string threads{};
  std::string leases = "1";
  bool json = false;
  std::vector<std::string_view> given{};  // the names of those that were typed

  bool has(std::string_view name) const { return std::ranges::count(given, name) > 0; }
};

// An option is the argument of a function of the expression language: same name, unit, and bounds.
const Parameter& parameter_of(std::string_view function, std::string_view name) {
  return *std::ranges::find(policy::find_function(function)->parameters, name, &Parameter::name);
}

std::uint32_t characters(std::string_view text) {
  std::uint32_t count = 0;
  for (; !text.empty(); ++count) {
    text.remove_prefix(policy::first_character(text).bytes);
  }
  return count;
}

policy::Finding finding_of(const OptionError& fault, const std::string& text) {
  const policy::TextError& error = fault.error;
  const std::string_view view = text;
  const std::size_t start = std::min(error.offset, view.size());
  const std::string_view marked =
      view.substr(start, error.length == 0 ? view.size() : error.length);
  return {.code = error.code,
          .span = {.file = fmt::format("--{}", fault.option),
                   .line = 1,
                   .column = characters(view.substr(0, start)) + 1,
                   .length = std::max<std::uint32_t>(1, characters(marked))},
          .message = error.message,
          .label = error.label,
          .help = error.help,
          .source_line = text};
}

enum class Fraction { kAllowed, kRefused };

// Reads options one after the other, and keeps what is wrong with any.
class OptionReader {
 public:
  // The value, or nothing good when there is a finding.
  Quantity read(const Parameter& parameter, const std::string& text,
                Fraction fraction = Fraction::kAllowed) {
    auto value = value_of(parameter, text, fraction);
    if (!value) {
      findings_.push_back(finding_of({parameter.name, std::move(value.error())}, text));
      return {};
    }
    return *value;
  }

  const policy::Findings& findings() const { return findings_; }

 private:
  using Value = tl::expected<Quantity, policy::TextError>;

  static Value value_of(const Parameter& parameter, const std::string& text, Fraction fraction) {
    auto evaluation = policy::evaluate(text, {});
    if (!evaluation) {
      return tl::unexpected(std::move(evaluation.error()));
    }
    const Quantity value = evaluation->value;
    const std::string shown = fmt::format("`--{}`", parameter.name);
    if (auto error = policy::fault_of(parameter, value, shown)) {
      return tl::unexpected(*std::move(error));
    }
    if (fraction == Fraction::kRefused && !value.amount.is_whole()) {
      return tl::unexpected(policy::TextError{.code = policy::code::kArgumentRange,
                                              .message = shown + " must be a whole number",
                                              .label = "this is " + to_text(value)});
    }
    return value;
  }

  policy::Findings findings_;
};

SizeQuestion question_of(const SizeOptions& options, OptionReader& reader) {
  static constexpr Parameter kInstances{"instances", policy::Unit::kCount, Bounds::kAtLeastOne};
  SizeQuestion question{.rate = reader.read(parameter_of("erlang", "rate"), options.rate),
                        .hold = reader.read(parameter_of("erlang", "hold"), options.hold),
                        .p = reader.read(parameter_of("erlang", "p"), options.p),
                        .wait = reader.read(parameter_of("erlang", "wait"), options.wait)};
  if (options.has("cores")) {
    question.database =
        DatabaseHost{.cores = reader.read(parameter_of("hikari", "cores"), options.cores),
                     .spindles = reader.read(parameter_of("hikari", "spindles"), options.spindles)};
    question.instances =
        reader.read(kInstances, options.instances, Fraction::kRefused).amount.numerator();
  }
  if (options.has("threads")) {
    question.borrowers = Borrowers{.threads = reader.read(parameter_of("deadlock_free", "threads"),
                                                          options.threads, Fraction::kRefused),
                                   .leases = reader.read(parameter_of("deadlock_free", "leases"),
                                                         options.leases, Fraction::kRefused)};
  }
  return question;
}

std::vector<std::string_view> assumed_in(const SizeOptions& options) {
  std::vector<std::string_view> names{"p", "wait"};
  std::erase_if(names, [&options](std::string_view name) { return options.has(name); });
  return names;
}

int refuse(const policy::Findings& findings, const Surroundings& surroundings) {
  surroundings.err << policy::render(findings, surroundings.err_colour);
  return kError;
}

// The text to mark when the options are good one by one and have no answer together.
const std::string& text_of(std::string_view option, const SizeOptions& options) {
  if (option == "cores") {
    return options.cores;
  }
  return option == "threads" ? options.threads : options.rate;
}

int size(const SizeOptions& options, const Surroundings& surroundings) {
  OptionReader reader;
  SizeReport report{.question = question_of(options, reader), .assumed = assumed_in(options)};
  if (!reader.findings().empty()) {
    return refuse(reader.findings(), surroundings);
  }
  auto advice = advise(report.question);
  if (!advice) {
    const OptionError& fault = advice.error();
    return refuse({finding_of(fault, text_of(fault.option, options))}, surroundings);
  }
  report.advice = *std::move(advice);
  surroundings.out << (options.json ? size_as_json(report) : render_size(report));
  return kOk;
}

}  // namespace

Action declare_size(CLI::App& app) {
  const auto options = std::make_shared<SizeOptions>();
  const auto add = [&app, options](std::string_view name, std::string& text, const char* help) {
    return app.add_option(fmt::format("--{}", name), text, help)
        ->each([options, name](const std::string&) { options->given.push_back(name); });
  };
  add("rate", options->rate, "how often a connection is borrowed: 500/s, 3000/m")->required();
  add("hold", options->hold, "how long one is kept on average: 20ms")->required();
  add("p", options->p, "the part of callers that waits no longer (default 0.99)");
  add("wait", options->wait, "than this (default 5ms)");
  auto* const cores = add("cores", options->cores, "the database host's, for HikariCP's rule");
  add("spindles", options->spindles, "its disks that seek (default 1)")->needs(cores);
  add("instances", options->instances, "processes that share it (default 1)")->needs(cores);
  auto* const threads = add("threads", options->threads, "that borrow, for the deadlock floor");
  add("leases", options->leases, "each holds at a time, at most (default 1)")->needs(threads);
  app.add_flag("--json", options->json, "prints the answer as JSON");
  return [options](const Surroundings& surroundings) { return size(*options, surroundings); };
}

}  // namespace millpond::cli
