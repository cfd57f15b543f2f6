#include "millpond/tests/faults/scene.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <chrono>
#include <fstream>
#include <pqxx/nontransaction>
#include <pqxx/result>
#include <stdexcept>
#include <stop_token>
#include <utility>

#include "millpond/drivers/all/all_drivers.h"
#include "millpond/policy/finding.h"
#include "millpond/pools/definition.h"
#include "millpond/pools/error.h"
#include "millpond/pools/internal/real_env.h"
#include "millpond/pools/loader/host.h"
#include "millpond/pools/loader/policy_source.h"
#include "millpond/tests/faults/pace.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond::faults {
namespace {

using std::chrono_literals::operator""s;

constexpr int kWorkers = 16;
constexpr auto kTick = std::chrono::milliseconds{10};
constexpr char kOracle[] = "oracle";

std::string written(const harness::ScratchDirectory& directory, const std::string& tables) {
  ::setenv("FAULTS_PASSWORD", harness::kPassword, 1);
  std::string path = directory.path() / "pools.toml";
  std::ofstream{path} << "version = 1\n" << tables;
  return path;
}

PoolDefinition definition_of(const std::string& path) {
  const loader::Host host = loader::this_host();
  auto set = loader::load_policy({.path = path}, host);
  if (!set) {
    throw Error{Errc::kInvalidPolicy, policy::render(set.error())};
  }
  auto definitions = loader::define_pools(*set, *drivers::all_drivers(), host);
  if (!definitions) {
    throw Error{Errc::kInvalidPolicy, policy::render(definitions.error())};
  }
  return definitions->pools.front();
}

}  // namespace

std::string server_of(int port, std::string_view name) {
  return fmt::format(
      "[server.{}]\nbackend = \"postgres\"\nendpoint = \"127.0.0.1:{}/{}\"\nuser = \"{}\"\n"
      "password = \"${{env:FAULTS_PASSWORD}}\"\n",
      name, port, harness::kDatabase, harness::kUser);
}

std::string redis_of(int port, std::string_view name) {
  return fmt::format(
      "[server.{}]\nbackend = \"redis\"\nendpoint = \"127.0.0.1:{}\"\n"
      "password = \"${{env:FAULTS_PASSWORD}}\"\n",
      name, port);
}

std::string pool_of(const std::string& lines, std::string_view name, std::string_view server) {
  return fmt::format("[pool.{}]\nserver = \"{}\"\n{}", name, server, lines);
}

std::string value_of(pqxx::connection_base& connection, const std::string& statement) {
  pqxx::nontransaction autocommit{connection};
  return autocommit.exec1(statement)[0].as<std::string>(std::string{});
}

Scene::Scene(const std::string& tables) : registry_(open(written(directory_, tables))) {}

LonePool::LonePool(const std::string& tables)
    : env_(internal::make_real_env(kWorkers)),
      pool_(std::make_shared<Pool>(definition_of(written(directory_, tables)), env_)) {
  pool_->start();
  ticks_ = std::jthread{[this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      pool_->tick();
      pause(kTick, stop);
    }
  }};
}

LonePool::~LonePool() {
  pool_->close();
  pool_->await_closed(env_->clock().now() + 10s);
  ticks_.request_stop();
  ticks_.join();
  env_->executor().stop();
}

PostgresSessions::PostgresSessions(int port)
    : connection_(
          fmt::format("host=127.0.0.1 port={} dbname={} user={} password={} application_name={}",
                      port, harness::kDatabase, harness::kUser, harness::kPassword, kOracle)) {}

std::int64_t PostgresSessions::count() {
  return std::stoll(value_of(
      connection_, fmt::format("select count(*) from pg_stat_activity where usename = '{}' and "
                               "application_name <> '{}'",
                               harness::kUser, kOracle)));
}

std::vector<int> PostgresSessions::list() {
  std::vector<int> sessions;
  pqxx::nontransaction autocommit{connection_};
  for (const auto& row :
       autocommit.exec(fmt::format("select pid from pg_stat_activity where usename = '{}' and "
                                   "application_name <> '{}'",
                                   harness::kUser, kOracle))) {
    sessions.push_back(row[0].as<int>());
  }
  return sessions;
}

void PostgresSessions::end(int session) {
  value_of(connection_, fmt::format("select pg_terminate_backend({})", session));
  // The server itself would look ten times a second only.
  const std::string listed =
      fmt::format("select count(*) from pg_stat_activity where pid = {}", session);
  const auto end = Clock::now() + 10s;
  while (value_of(connection_, listed) != "0") {
    expect(Clock::now() < end, "a session that ends when it is told to");
  }
}

}  // namespace millpond::faults
