#include "millpond/tests/harness/servers/certificates.h"

#include <vector>

#include "millpond/tests/harness/servers/command.h"
#include "millpond/tests/harness/servers/servers.h"
#include "millpond/tests/harness/servers/spawn.h"

namespace millpond::harness {
namespace {

constexpr char kThisHost[] = "subjectAltName=DNS:localhost,IP:127.0.0.1";

void openssl(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), require_program("/usr/bin/openssl", "openssl"));
  run_command({.command = std::move(arguments)});
}

}  // namespace

Certificates::Certificates() {
  make_authority("authority");
  make_authority("stranger");
  sign({.name = "server", .subject = "/CN=localhost", .alternatives = kThisHost});
  sign({.name = "expired", .subject = "/CN=localhost", .alternatives = kThisHost, .days = -1});
  sign({.name = "elsewhere",
        .subject = "/CN=elsewhere.invalid",
        .alternatives = "subjectAltName=DNS:elsewhere.invalid"});
  sign({.name = "impostor",
        .subject = "/CN=localhost",
        .alternatives = kThisHost,
        .signer = "stranger"});
  sign({.name = "client",
        .subject = std::string{"/CN="} + kUser,
        .alternatives = "extendedKeyUsage=clientAuth"});
}

TlsFiles Certificates::server_that_asks() const {
  TlsFiles asking = server();
  asking.client_authority = authority();
  return asking;
}

void Certificates::make_authority(const std::string& name) {
  const std::string base = directory_.path() / name;
  openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
           "-keyout", base + ".key", "-out", base + ".pem", "-subj", "/CN=Pond " + name, "-days",
           "30", "-addext", "basicConstraints=critical,CA:TRUE"});
}

void Certificates::sign(const Request& request) {
  const std::string base = directory_.path() / request.name;
  const std::string signer = directory_.path() / request.signer;
  openssl({"req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
           "-keyout", base + ".key", "-out", base + ".csr", "-subj", request.subject, "-addext",
           request.alternatives});
  openssl({"x509", "-req", "-in", base + ".csr", "-CA", signer + ".pem", "-CAkey", signer + ".key",
           "-copy_extensions", "copy", "-days", std::to_string(request.days), "-out",
           base + ".pem"});
}

TlsFiles Certificates::files(const std::string& name) const {
  return {.certificate = directory_.path() / (name + ".pem"),
          .key = directory_.path() / (name + ".key")};
}

}  // namespace millpond::harness
