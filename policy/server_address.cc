#include "millpond/policy/server_address.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "millpond/policy/finding_codes.h"

namespace millpond::policy {
namespace {

using Address = tl::expected<ServerAddress, TextError>;
using Scheme = ServerAddress::Scheme;

constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttps = "https://";
constexpr std::uint16_t kHttpsPort = 443;
constexpr std::string_view kUnix = "unix:";
constexpr char kUnixForm[] =
    "a Unix socket is \"unix:SOCKET\" or \"unix:SOCKET:/PATH\", such as "
    "\"unix:/run/mysqld/mysqld.sock:/orders\"";
constexpr char kForm[] = "an address is \"host:port/path\", such as \"db1.internal:5432/orders\"";

tl::unexpected<TextError> refuse(std::string message, std::string help) {
  return tl::unexpected(
      TextError{.code = code::kBadAddress, .message = std::move(message), .help = std::move(help)});
}

tl::unexpected<TextError> refuse_socket(std::string message, std::string help) {
  return tl::unexpected(
      TextError{.code = code::kBadSocket, .message = std::move(message), .help = std::move(help)});
}

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_host_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter_or_digit(c) || c == '.' || c == '-' || c == '_';
  });
}

bool is_ipv6(std::string_view text) {
  return text.find(':') != std::string_view::npos &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_letter_or_digit(c) || c == ':' || c == '.' || c == '%';
         });
}

std::optional<std::uint16_t> port_of(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && port != 0 ? std::optional(port) : std::nullopt;
}

// What is another kind of address altogether, refused before its parts are looked at.
std::optional<TextError> refuse_form(std::string_view text, Backend backend) {
  if (text.find('@') != std::string_view::npos) {
    return refuse("the address holds credentials",
                  "write `user = ...` and `password = \"${env:NAME}\"` beside `endpoint`")
        .value();
  }
  const std::size_t scheme = text.find("://");
  const bool known = text.starts_with(kHttp) || text.starts_with(kHttps);
  if (scheme != std::string_view::npos && (backend != Backend::kHttp || !known)) {
    return refuse(fmt::format("the address starts with \"{}\"", text.substr(0, scheme + 3)), kForm)
        .value();
  }
  if (text.starts_with('/')) {
    return refuse_socket("the address is a path", kUnixForm).value();
  }
  if (text.find(',') != std::string_view::npos) {
    return refuse("the address holds a comma", "write several as endpoints = [\"...\", \"...\"]")
        .value();
  }
  const bool http = backend == Backend::kHttp;
  if (text.find_first_of(http ? "?# \t\"\\" : "?# \t\"\\=;&'") != std::string_view::npos) {
    return refuse("the address holds more than host, port and path", kForm).value();
  }
  return std::nullopt;
}

// For HTTP alone: refuse_form lets no other address have one.
Scheme take_scheme(std::string_view& text) {
  for (const auto& [scheme, prefix] :
       {std::pair{Scheme::kHttp, kHttp}, std::pair{Scheme::kHttps, kHttps}}) {
    if (text.starts_with(prefix)) {
      text.remove_prefix(prefix.size());
      return scheme;
    }
  }
  return Scheme::kNone;
}

std::string_view prefix_of(Scheme scheme) {
  return scheme == Scheme::kHttps ? kHttps : scheme == Scheme::kHttp ? kHttp : std::string_view{};
}

struct HostAndPort {
  std::string_view host;
  std::string_view port;  // without the colon
  bool has_port = false;
};

tl::expected<HostAndPort, TextError> split_host(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t closing = text.find(']');
    const std::string_view host = text.substr(1, closing == text.npos ? 0 : closing - 1);
    const std::string_view rest = closing == text.npos ? "" : text.substr(closing + 1);
    if (!is_ipv6(host) || (!rest.empty() && rest.front() != ':')) {
      return refuse("no IPv6 address between the brackets", "write \"[::1]:5432/orders\"");
    }
    return HostAndPort{host, rest.substr(rest.empty() ? 0 : 1), !rest.empty()};
  }
  if (std::count(text.begin(), text.end(), ':') > 1) {
    return refuse("an IPv6 address needs brackets", "write \"[::1]:5432/orders\"");
  }
  const std::size_t colon = text.find(':');
  const std::string_view host = text.substr(0, colon);
  if (!is_host_name(host)) {
    return refuse(
        host.empty() ? "the address names no host" : fmt::format("`{}` is no host name", host),
        kForm);
  }
  const bool has_port = colon != text.npos;
  return HostAndPort{host, has_port ? text.substr(colon + 1) : "", has_port};
}

// PostgreSQL's clients know a socket by its folder and port, so its name cannot be another.
constexpr std::string_view kPostgresSocket = "/.s.PGSQL.";

struct SocketAndPath {
  std::string_view socket;
  std::string_view path;  // with its slash
  std::uint16_t port = 0;
};

tl::expected<SocketAndPath, TextError> split_socket(std::string_view text, Backend backend) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  SocketAndPath parts{.socket = text.substr(0, colon), .path = text.substr(colon)};
  if (!parts.path.empty()) {
    parts.path.remove_prefix(1);
  }
  const bool readable = parts.socket.starts_with('/') && !parts.socket.ends_with('/') &&
                        (parts.path.empty() ? colon == text.size() : parts.path.front() == '/');
  if (!readable) {
    return refuse_socket("no Unix socket after \"unix:\"", kUnixForm);
  }
  if (backend == Backend::kPostgres) {
    const std::size_t name = parts.socket.rfind('/');
    const std::string_view file = parts.socket.substr(name);
    const auto port = file.starts_with(kPostgresSocket)
                          ? port_of(file.substr(kPostgresSocket.size()))
                          : std::nullopt;
    if (!port) {
      return refuse_socket(fmt::format("`{}` is no name of PostgreSQL's socket", file.substr(1)),
                           "write \"unix:/run/postgresql/.s.PGSQL.5432:/orders\"");
    }
    parts.port = *port;
  }
  return parts;
}

std::optional<std::string> path_of(std::string_view path, Backend backend) {
  if (path.empty() || backend == Backend::kHttp) {
    return std::string(path);
  }
  const std::string_view name = path.substr(1);
  const bool number =
      std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
  const bool fits = backend == Backend::kRedis ? number && name.size() <= 4
                                               : name.find('/') == std::string_view::npos;
  return fits ? std::optional(std::string(name)) : std::nullopt;
}

}  // namespace

std::uint16_t default_port(Backend backend) {
  switch (backend) {
    case Backend::kPostgres:
      return 5432;
    case Backend::kMysql:
      return 3306;
    case Backend::kRedis:
      return 6379;
    case Backend::kHttp:
      break;
  }
  return 80;
}

namespace {

TextError no_database(std::string_view path, Backend backend) {
  return refuse(fmt::format("`{}` is no database", path.substr(1)),
                backend == Backend::kRedis ? "Redis numbers its databases: \"host:6379/0\"" : kForm)
      .value();
}

Address parse_socket(std::string_view text, Scheme scheme, Backend backend) {
  const auto parts = split_socket(text, backend);
  if (!parts) {
    return tl::unexpected(parts.error());
  }
  const auto path = path_of(parts->path, backend);
  if (!path) {
    return tl::unexpected(no_database(parts->path, backend));
  }
  return ServerAddress{std::string(parts->socket), parts->port, *path, scheme};
}

}  // namespace

Address parse_server_address(std::string_view text, Backend backend) {
  if (auto refused = refuse_form(text, backend)) {
    return tl::unexpected(*std::move(refused));
  }
  const Scheme scheme = take_scheme(text);
  if (text.starts_with(kUnix)) {
    return parse_socket(text.substr(kUnix.size()), scheme, backend);
  }
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto parts = split_host(text.substr(0, slash));
  if (!parts) {
    return tl::unexpected(parts.error());
  }
  const auto usual = scheme == Scheme::kHttps ? kHttpsPort : default_port(backend);
  const auto port = parts->has_port ? port_of(parts->port) : usual;
  if (!port) {
    return refuse(fmt::format("`{}` is no port", parts->port), "ports are 1 to 65535");
  }
  const auto path = path_of(text.substr(slash), backend);
  if (!path) {
    return tl::unexpected(no_database(text.substr(slash), backend));
  }
  return ServerAddress{std::string(parts->host), *port, *path, scheme};
}

std::string to_text(const ServerAddress& address) {
  if (is_unix(address)) {
    const bool separated = address.path.empty() || address.path.starts_with('/');
    return fmt::format("{}unix:{}{}{}{}", prefix_of(address.scheme), address.host,
                       address.path.empty() ? "" : ":", separated ? "" : "/", address.path);
  }
  const bool ipv6 = address.host.find(':') != std::string::npos;
  const bool separated = address.path.empty() || address.path.starts_with('/');
  return fmt::format("{}{}{}{}:{}{}{}", prefix_of(address.scheme), ipv6 ? "[" : "", address.host,
                     ipv6 ? "]" : "", address.port, separated ? "" : "/", address.path);
}

bool is_unix(const ServerAddress& address) {
  return address.host.starts_with('/');
}

bool is_loopback(std::string_view host) {
  const bool numeric = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return host == "localhost" || host.starts_with('/') || host == "::1" ||
         (numeric && host.starts_with("127."));
}

}  // namespace millpond::policy
