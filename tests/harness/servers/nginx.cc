#include <fmt/format.h>

#include <fstream>

#include "millpond/tests/harness/servers/command.h"
#include "millpond/tests/harness/servers/servers.h"
#include "millpond/tests/harness/servers/spawn.h"
#include "millpond/tests/harness/servers/start.h"

namespace millpond::harness {
namespace {

constexpr char kConfiguration[] = R"(
load_module modules/ngx_http_echo_module.so;
daemon off; worker_processes 1; pid {0}/nginx.pid; error_log {0}/nginx.log;
events {{ worker_connections 512; }}
http {{
  log_format short "$request_method $request_uri $status";
  access_log {0}/access.log short;
  client_body_temp_path {0}/body; proxy_temp_path {0}/proxy; fastcgi_temp_path {0}/fastcgi;
  uwsgi_temp_path {0}/uwsgi; scgi_temp_path {0}/scgi;
  keepalive_timeout 60s; keepalive_requests 10000000;
  server {{
    listen 127.0.0.1:{1}{2}; listen unix:{0}/nginx.sock;
    root {0}/www;
    location /files/ {{ dav_methods PUT DELETE; create_full_put_path on; }}
    location = /status {{ stub_status; }}
    location = /echo {{ echo_duplicate 1 $echo_client_request_headers; }}
    location = /slow {{ echo_sleep 0.05; echo slow; }}
    location = /cookie {{ add_header Set-Cookie "sid=nginx; Path=/"; return 204; }}
  }}
}}
)";

// What follows the address it listens on.
std::string tls_directives(const TlsFiles& tls) {
  if (tls.certificate.empty()) {
    return {};
  }
  std::string text = fmt::format(" ssl; ssl_certificate {}; ssl_certificate_key {}",
                                 tls.certificate.string(), tls.key.string());
  if (!tls.client_authority.empty()) {
    text += fmt::format("; ssl_client_certificate {}; ssl_verify_client on",
                        tls.client_authority.string());
  }
  return text;
}

}  // namespace

Nginx::Nginx(const Options& options) {
  const std::string directory = directory_.path();
  // By a command, so that they belong to the user whom nginx runs as.
  run_command({.command = {"/bin/mkdir", "-p", files()}});
  const auto server_on = [&](int port) -> Process::Options {
    const std::string configuration = directory + "/nginx.conf";
    std::ofstream{configuration} << fmt::format(kConfiguration, directory, port,
                                                tls_directives(options.tls));
    return {.command = {require_program("/usr/sbin/nginx", "nginx-light"), "-c", configuration,
                        "-e", directory + "/nginx.log"},
            .log = directory + "/nginx.out"};
  };
  // Written when it listens; what comes before its workers run waits in the queue.
  Started started =
      start_on_free_port(server_on, {.file = directory_.path() / "nginx.pid", .text = "\n"});
  port_ = started.port;
  process_ = std::move(started.process);
}

std::filesystem::path Nginx::files() const {
  return directory_.path() / "www/files";
}

std::string Nginx::access_log() const {
  return contents_of(directory_.path() / "access.log");
}

}  // namespace millpond::harness
