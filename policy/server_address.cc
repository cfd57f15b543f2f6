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
constexpr char kForm[] = "an address is \"host:port/path\", such as \"db1.internal:5432/orders\"";

tl::unexpected<TextError> refuse(std::string message, std::string help) {
  return tl::unexpected(
      TextError{.code = code::kBadAddress, .message = std::move(message), .help = std::move(help)});
}

tl::unexpected<TextError> refuse_yet(std::string message, std::string help) {
  return tl::unexpected(TextError{
      .code = code::kAddressNotYet, .message = std::move(message), .help = std::move(help)});
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
  if (text.starts_with('/') || text.starts_with("unix:")) {
    return refuse_yet("Unix sockets come with a later release",
                      "use the server's TCP address, \"127.0.0.1:PORT/...\"")
        .value();
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

Address parse_server_address(std::string_view text, Backend backend) {
  if (auto refused = refuse_form(text, backend)) {
    return tl::unexpected(*std::move(refused));
  }
  const Scheme scheme = take_scheme(text);
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
    return refuse(
        fmt::format("`{}` is no database", text.substr(slash + 1)),
        backend == Backend::kRedis ? "Redis numbers its databases: \"host:6379/0\"" : kForm);
  }
  return ServerAddress{std::string(parts->host), *port, *path, scheme};
}

std::string to_text(const ServerAddress& address) {
  const bool ipv6 = address.host.find(':') != std::string::npos;
  const bool separated = address.path.empty() || address.path.starts_with('/');
  const std::string_view scheme = address.scheme == Scheme::kHttps  ? kHttps
                                  : address.scheme == Scheme::kHttp ? kHttp
                                                                    : std::string_view{};
  return fmt::format("{}{}{}{}:{}{}{}", scheme, ipv6 ? "[" : "", address.host, ipv6 ? "]" : "",
                     address.port, separated ? "" : "/", address.path);
}

bool is_loopback(std::string_view host) {
  const bool numeric = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return host == "localhost" || host == "::1" || (numeric && host.starts_with("127."));
}

}  // namespace millpond::policy
