#include "millpond/drivers/http/driver.h"

#include <curl/curl.h>

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "millpond/drivers/http/connection.h"
#include "millpond/drivers/http/easy_handle.h"
#include "millpond/drivers/net/resolve.h"

namespace millpond::drivers {
namespace {

constexpr char kPhase[] = "connect";

// One socket and the two descriptors by which libcurl wakes its own event loop.
constexpr int kDescriptors = 3;

std::string base_path_of(const Endpoint& endpoint) {
  std::string path = endpoint.path;
  while (!path.empty() && path.back() == '/') {
    path.pop_back();
  }
  if (!path.empty() && path.front() != '/') {
    path.insert(0, 1, '/');
  }
  return path;
}

Result<void> check_host(const std::string& host) {
  if (host.empty() || host.find_first_of("/?#@ ") != std::string::npos) {
    return tl::unexpected(Error{ErrorKind::kConfiguration, kPhase,
                                "\"" + host + "\" is not a host name or an address"});
  }
  return {};
}

class HttpDriver final : public Driver {
 public:
  std::string_view backend() const noexcept override { return "http"; }
  int descriptors_per_connection() const noexcept override { return kDescriptors; }

  Result<std::unique_ptr<Connection>> connect(const Endpoint& endpoint,
                                              const SessionSettings& settings,
                                              const Budget& budget) const override;

 private:
  Resolver::Addresses look_up(const Endpoint& endpoint, const Budget& budget) const;

  Resolver resolver_;
};

Resolver::Addresses HttpDriver::look_up(const Endpoint& endpoint, const Budget& budget) const {
  if (endpoint.is_unix()) {
    return std::vector<std::string>{};
  }
  if (auto checked = check_host(endpoint.host); !checked) {
    return tl::unexpected(std::move(checked.error()));
  }
  return resolver_.resolve(endpoint.host, budget);
}

Result<std::unique_ptr<Connection>> HttpDriver::connect(const Endpoint& endpoint,
                                                        const SessionSettings& settings,
                                                        const Budget& budget) const {
  auto addresses = look_up(endpoint, budget);
  if (!addresses) {
    return tl::unexpected(std::move(addresses.error()));
  }
  HttpTarget target{.host = endpoint.is_unix() ? "localhost" : endpoint.host,
                    .port = endpoint.port,
                    .base_path = base_path_of(endpoint),
                    .addresses = std::move(*addresses),
                    .socket = endpoint.is_unix() ? endpoint.host : "",
                    .user = endpoint.user,
                    .password = endpoint.password,
                    .tls = endpoint.tls,
                    .user_agent = settings.app_name,
                    .connect_timeout = budget.remaining(),
                    .read_timeout = settings.read_timeout,
                    .tcp_user_timeout = settings.tcp_user_timeout,
                    .http = settings.http};
  auto connection = std::make_unique<HttpConnection>(std::move(target));
  if (auto opened = connection->open(budget); !opened) {
    return tl::unexpected(std::move(opened.error()));
  }
  return connection;
}

}  // namespace

std::shared_ptr<const Driver> make_http_driver() {
  // Once, and while no other thread is inside libcurl; never undone, since others may use it too.
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  return std::make_shared<HttpDriver>();
}

}  // namespace millpond::drivers
