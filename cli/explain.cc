#include "millpond/cli/explain.h"

#include <fmt/format.h>

#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "millpond/cli/explanation_json.h"
#include "millpond/cli/explanation_text.h"
#include "millpond/cli/findings_json.h"
#include "millpond/cli/json_output.h"
#include "millpond/cli/policy_arguments.h"
#include "millpond/policy/display.h"
#include "millpond/policy/explanation.h"
#include "millpond/policy/fields.h"
#include "millpond/policy/suggestion.h"
#include "millpond/pools/loader/policy_source.h"

namespace millpond::cli {
namespace {

using policy::ExplainedKey;
using policy::ExplainedTable;
using policy::Explanation;

struct Options {
  std::shared_ptr<PolicyArguments> arguments;
  std::string subject;
  Detail detail = Detail::kStated;
};

// What the second argument names: a whole table, or one key of it.
struct Subject {
  const ExplainedTable* table = nullptr;
  bool whole = false;
  const ExplainedKey* key = nullptr;
  std::string key_name{};
};

Subject find_subject(const Explanation& all, std::string_view name) {
  // As the header calls it, too.
  constexpr std::string_view kPrefix = "pool.";
  if (find_table(all, name) == nullptr && name.starts_with(kPrefix)) {
    name.remove_prefix(kPrefix.size());
  }
  if (const ExplainedTable* const table = find_table(all, name)) {
    return {.table = table, .whole = true};
  }
  const std::size_t dot = name.rfind('.');
  const ExplainedTable* const table =
      dot == std::string_view::npos ? nullptr : find_table(all, name.substr(0, dot));
  if (table == nullptr) {
    return {};
  }
  const std::string_view key = name.substr(dot + 1);
  return {.table = table, .key = find_key(*table, key), .key_name = std::string(key)};
}

int refuse_workload(const Explanation& all, const std::string& name,
                    const Surroundings& surroundings) {
  std::vector<std::string_view> known;
  for (const ExplainedTable& each : all.tables) {
    known.push_back(each.name);
  }
  const std::string question = policy::did_you_mean(name, known);
  surroundings.err << fmt::format("millpond explain: {} has no workload `{}`{}{}\nthere are {}\n",
                                  policy::printable(all.file), policy::printable(name),
                                  question.empty() ? "" : ": ", question, policy::listed(known));
  return kError;
}

int refuse_key(const Subject& subject, const Surroundings& surroundings) {
  std::vector<std::string_view> known;
  for (const ExplainedKey& key : subject.table->keys) {
    known.push_back(key.field->key);
  }
  const std::string name = policy::printable(subject.key_name);
  if (policy::find_field(subject.table->section, subject.key_name) != nullptr) {
    surroundings.err << fmt::format(
        "millpond explain: {} does not state `{}` and has no use for it\n", subject.table->name,
        name);
    return kError;
  }
  const std::string question = policy::did_you_mean(subject.key_name, known);
  surroundings.err << fmt::format("millpond explain: {} has no key `{}`{}{}\nthere are {}\n",
                                  subject.table->name, name, question.empty() ? "" : ": ", question,
                                  policy::listed(known));
  return kError;
}

int print(const Explanation& all, const Options& options, const Surroundings& surroundings) {
  const bool json = options.arguments->format == Format::kJson;
  if (options.subject.empty()) {
    surroundings.out << (json ? dump(to_json(all)) : render(all, options.detail));
    return kOk;
  }
  const Subject subject = find_subject(all, options.subject);
  if (subject.table == nullptr) {
    return refuse_workload(all, options.subject, surroundings);
  }
  if (!subject.whole && subject.key == nullptr) {
    return refuse_key(subject, surroundings);
  }
  if (subject.whole) {
    surroundings.out << (json ? dump(to_json(*subject.table))
                              : render(*subject.table, Detail::kEverything));
  } else {
    surroundings.out << (json ? dump(to_json(*subject.key)) : render(*subject.key));
  }
  return kOk;
}

int explain(const Options& options, const Surroundings& surroundings) {
  const loader::PolicyFile& file = options.arguments->file;
  const auto explained = loader::load_explained(file, surroundings.host);
  if (explained) {
    return print(explained->explanation, options, surroundings);
  }
  if (options.arguments->format == Format::kJson) {
    surroundings.out << dump({{"file", file.path}, {"findings", to_json(explained.error())}});
  } else {
    report(file.path, explained.error(), surroundings);
  }
  return kError;
}

}  // namespace

Action declare_explain(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  options->arguments = declare_policy_arguments(app);
  app.add_option("WORKLOAD", options->subject,
                 "a pool, `server.NAME`, `process` or `fleet`, and perhaps one key of it: "
                 "orders-write.size");
  app.add_flag_callback(
      "--all", [raw = options.get()] { raw->detail = Detail::kEverything; },
      "with no WORKLOAD: the keys that the file leaves out, too");
  return [options](const Surroundings& surroundings) { return explain(*options, surroundings); };
}

}  // namespace millpond::cli
