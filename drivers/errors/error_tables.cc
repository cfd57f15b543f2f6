#include "millpond/drivers/errors/error_tables.h"

#include <algorithm>

namespace millpond::drivers {
namespace {

using Kind = ErrorKind;

constexpr ErrorRule kPostgres[] = {
    {"28", Kind::kAuthentication, "invalid authorization"},
    {"53300", Kind::kTooManyConnections, "the server's, role's or database's limit"},
    {"57P01", Kind::kShuttingDown, "administrator's shutdown, or pg_terminate_backend()"},
    {"57P02", Kind::kShuttingDown, "crash shutdown"},
    {"57P03", Kind::kShuttingDown, "starting or stopping"},
    {"57P05", Kind::kShuttingDown, "idle_session_timeout"},
    {"25P03", Kind::kShuttingDown, "idle_in_transaction_session_timeout"},
    {"25006", Kind::kReadOnly, "a write in a read-only transaction, or on a replica"},
    {"40001", Kind::kConflict, "serialization failure"},
    {"40P01", Kind::kConflict, "deadlock"},
    {"55P03", Kind::kConflict, "a lock was not to be had in time"},
    {"3D000", Kind::kConfiguration, "no such database"},
    {"42", Kind::kConfiguration, "no such setting, or not permitted"},
    {"22023", Kind::kConfiguration, "a setting's value"},
    {"55000", Kind::kConfiguration, "the database takes no connections"},
    {"08P01", Kind::kProtocol, "protocol violation"},
};

constexpr ErrorRule kMysql[] = {
    {"1040", Kind::kTooManyConnections, "the server's limit"},
    {"1044", Kind::kConfiguration, "no right to this database"},
    {"1045", Kind::kAuthentication, "wrong user or password"},
    {"1049", Kind::kConfiguration, "no such database"},
    {"1053", Kind::kShuttingDown, "the server stops"},
    {"1129", Kind::kConfiguration, "this host is blocked until FLUSH HOSTS"},
    {"1130", Kind::kAuthentication, "no account for this host"},
    {"1193", Kind::kConfiguration, "unknown variable"},
    {"1203", Kind::kTooManyConnections, "max_user_connections"},
    {"1205", Kind::kConflict, "a lock was not to be had in time"},
    {"1213", Kind::kConflict, "deadlock"},
    {"1226", Kind::kTooManyConnections, "the account's limit"},
    {"1231", Kind::kConfiguration, "a variable's value"},
    {"1290", Kind::kReadOnly, "the server runs with --read-only"},
    {"1698", Kind::kAuthentication, "not by this way of authentication"},
    {"1792", Kind::kReadOnly, "a write in a read-only transaction"},
    {"1836", Kind::kReadOnly, "read-only mode"},
    {"1927", Kind::kShuttingDown, "KILL"},
    {"2005", Kind::kUnreachable, "unknown host"},
    {"2014", Kind::kProtocol, "a result is half read"},
    {"2027", Kind::kProtocol, "malformed packet"},
    {"2059", Kind::kAuthentication, "unknown way of authentication"},
};

constexpr ErrorRule kRedis[] = {
    {"WRONGPASS", Kind::kAuthentication, "wrong user or password"},
    {"NOAUTH", Kind::kAuthentication, "a password is needed"},
    {"ERR invalid password", Kind::kAuthentication, "the same, before Redis 6"},
    {"ERR AUTH", Kind::kAuthentication, "no password is configured"},
    {"ERR Client sent AUTH", Kind::kAuthentication, "the same, before Redis 6"},
    {"ERR max number of clients", Kind::kTooManyConnections, "maxclients"},
    {"LOADING", Kind::kShuttingDown, "the data set is being loaded"},
    {"MASTERDOWN", Kind::kShuttingDown, "a replica without its primary"},
    {"BUSY", Kind::kShuttingDown, "a script runs for too long"},
    {"READONLY", Kind::kReadOnly, "a write on a replica"},
    {"NOPERM", Kind::kConfiguration, "not permitted by the ACL"},
    {"DENIED", Kind::kConfiguration, "protected mode"},
    {"ERR DB index", Kind::kConfiguration, "no such database"},
    {"ERR invalid DB index", Kind::kConfiguration, "no such database"},
    {"ERR SELECT is not allowed", Kind::kConfiguration, "a cluster has one database"},
};

constexpr ErrorRule kHttp[] = {
    {"1", Kind::kConfiguration, "unsupported protocol"},
    {"2", Kind::kLocalExhaustion, "libcurl could not be set up"},
    {"3", Kind::kConfiguration, "malformed URL"},
    {"6", Kind::kUnreachable, "the host's name means nothing"},
    {"7", Kind::kUnreachable, "no connection, unless the operating system says why"},
    {"8", Kind::kProtocol, "no HTTP answer"},
    {"23", Kind::kProtocol, "the answer is larger than was allowed"},
    {"27", Kind::kLocalExhaustion, "out of memory"},
    {"28", Kind::kTimeout, "no answer within the time allowed"},
    {"35", Kind::kConfiguration, "TLS handshake, unless the server hung up in it"},
    {"42", Kind::kCancelled, "called off"},
    {"58", Kind::kConfiguration, "this side's certificate or key"},
    {"60", Kind::kConfiguration, "the server's certificate"},
    {"61", Kind::kProtocol, "content encoding"},
    {"77", Kind::kConfiguration, "the file of authorities"},
    {"83", Kind::kConfiguration, "the certificate's issuer"},
};

constexpr ErrorRule kSystem[] = {
    {"ECONNREFUSED", Kind::kRefused, "nobody listens there"},
    {"ENOENT", Kind::kRefused, "no server has made this Unix socket"},
    {"EHOSTUNREACH", Kind::kUnreachable, "no route to the host"},
    {"EHOSTDOWN", Kind::kUnreachable, "the host is down"},
    {"ENETUNREACH", Kind::kUnreachable, "no route to the network"},
    {"ENETDOWN", Kind::kUnreachable, "the network is down"},
    {"EAFNOSUPPORT", Kind::kUnreachable, "this host has no IPv6"},
    {"ETIMEDOUT", Kind::kTimeout, "no answer within the time allowed"},
    {"EAGAIN", Kind::kTimeout, "the same, of a socket with a timeout"},
    {"EMFILE", Kind::kLocalExhaustion, "this process has no descriptor left"},
    {"ENFILE", Kind::kLocalExhaustion, "this host has no descriptor left"},
    {"ENOBUFS", Kind::kLocalExhaustion, "no buffer space"},
    {"ENOMEM", Kind::kLocalExhaustion, "out of memory"},
    {"EADDRNOTAVAIL", Kind::kLocalExhaustion, "no ephemeral port left"},
};

}  // namespace

std::span<const ErrorRule> postgres_errors() {
  return kPostgres;
}

std::span<const ErrorRule> mysql_errors() {
  return kMysql;
}

std::span<const ErrorRule> redis_errors() {
  return kRedis;
}

std::span<const ErrorRule> http_errors() {
  return kHttp;
}

std::span<const ErrorRule> system_errors() {
  return kSystem;
}

const ErrorRule* find_beginning(std::span<const ErrorRule> rules, std::string_view text) {
  const auto found = std::ranges::find_if(
      rules, [text](const ErrorRule& rule) { return text.starts_with(rule.code); });
  return found == rules.end() ? nullptr : &*found;
}

const ErrorRule* find_exactly(std::span<const ErrorRule> rules, std::string_view code) {
  const auto found = std::ranges::find(rules, code, &ErrorRule::code);
  return found == rules.end() ? nullptr : &*found;
}

}  // namespace millpond::drivers
