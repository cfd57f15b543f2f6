// What a lease on an HTTP workload lends: requests over one kept-alive connection, and libcurl's
// own handle for everything else.
//
// Used by one thread at a time, may move between threads. Valid while the lease is.
//
//   auto response = session.post("/charges", json);
//   if (!response) { … response.error().message … }     // no response; the session is gone
//   if (response->status == 409) { … }                  // any status is a response
#pragma once

#include <curl/curl.h>

#include <string>

#include "millpond/drivers/error.h"
#include "millpond/drivers/http/easy_handle.h"
#include "millpond/drivers/http/message.h"

namespace millpond {

class HttpSession {
 public:
  // Made by the driver; the handle outlives the session.
  explicit HttpSession(drivers::EasyHandle& handle) : handle_(handle) {}

  // Redirects are not followed, cookies neither sent nor kept; options set on the raw handle end
  // here. An error means that the session can't be used any more. A POST is never sent twice, not
  // even when the server closes an idle connection as it arrives; that is an error, and the caller
  // knows best whether to repeat it.
  drivers::Result<HttpResponse> request(const HttpRequest& request);
  drivers::Result<HttpResponse> get(std::string path);
  drivers::Result<HttpResponse> put(std::string path, std::string body);
  drivers::Result<HttpResponse> post(std::string path, std::string body);

  // As request(), but the body goes to `sink` as it comes, in pieces of up to 16 KiB, whatever the
  // status; the response's own body stays empty. The request's limits on time and size hold; state
  // them for a body that is long. When the sink wants no more, up to 64 KiB of the rest are read
  // over for up to 100 ms (a second where the length is unknown); beyond that the connection is cut
  // and the pool replaces it: a response all the same. What the sink throws comes out of here, and
  // the session can't be used any more. Neither a sink nor a source may use the session.
  //
  //   session.stream({.path = "/export", .timeout = 60s, .max_response_bytes = 1UL << 32},
  //                  [&](std::string_view piece) { return bool{file << piece}; });
  drivers::Result<HttpResponse> stream(const HttpRequest& request, const HttpBodySink& sink);
  drivers::Result<HttpResponse> stream(const HttpRequest& request, const HttpSink& sink);

  // For libcurl's own functions; its URL is the base path. Don't clean it up, and don't add it to a
  // multi handle, which would take the connection away. Since nobody can tell what was done with
  // it, the session is reset when the lease ends.
  CURL* easy();

  // How many sockets libcurl opened by itself after the first: it does when it finds the connection
  // closed. At least 1 per replaced connection; more when it tried several addresses.
  int swaps() const { return handle_.sockets().opened() - first_sockets_; }

  // For the connection that owns the session.
  bool raw_used() const { return raw_used_; }
  bool failed() const { return failed_ || busy_; }
  bool lent() const { return lent_; }
  void note_opened() { first_sockets_ = handle_.sockets().opened(); }
  void note_failed() { failed_ = true; }
  void note_reset() { raw_used_ = false; }

 private:
  drivers::Result<HttpResponse> perform(const HttpRequest& request, const HttpSink* sink);

  drivers::EasyHandle& handle_;
  int first_sockets_ = 0;
  bool lent_ = false;  // somebody sent a request or took the raw handle
  bool raw_used_ = false;
  bool failed_ = false;
  bool busy_ = false;  // a request is under way
};

}  // namespace millpond
