// Certificates for tests of TLS: an authority of their own, and what it (or a stranger) signed.
//
// Not thread-safe. The files go when the object does; what spawn() starts may read them.
//
//   harness::Certificates certificates;
//   harness::Postgres server{{.tls = certificates.server()}};
//   … connect with certificates.authority() as `ca` …
#pragma once

#include <filesystem>
#include <string>

#include "millpond/tests/harness/servers/scratch_directory.h"
#include "millpond/tests/harness/servers/tls_files.h"

namespace millpond::harness {

class Certificates {
 public:
  // Runs openssl; throws std::runtime_error with its message.
  Certificates();

  std::filesystem::path authority() const { return directory_.path() / "authority.pem"; }
  // Nobody's: what it signs is to be refused.
  std::filesystem::path stranger() const { return directory_.path() / "stranger.pem"; }

  // For localhost and 127.0.0.1.
  TlsFiles server() const { return files("server"); }
  // The same, and asks its callers for a certificate of the authority.
  TlsFiles server_that_asks() const;
  TlsFiles expired() const { return files("expired"); }
  TlsFiles of_another_host() const { return files("elsewhere"); }
  TlsFiles of_a_stranger() const { return files("impostor"); }
  // A caller's, in the name of kUser.
  TlsFiles client() const { return files("client"); }

 private:
  struct Request {
    std::string name;
    std::string subject;
    std::string alternatives;
    std::string signer = "authority";
    int days = 30;
  };

  void make_authority(const std::string& name);
  void sign(const Request& request);
  TlsFiles files(const std::string& name) const;

  ScratchDirectory directory_;
};

}  // namespace millpond::harness
