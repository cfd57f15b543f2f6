#include "millpond/drivers/http/transfer.h"

#include <curl/curl.h>
#include <strings.h>

#include <algorithm>
#include <array>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include "millpond/drivers/http/curl_error.h"
#include "millpond/drivers/http/request_body.h"
#include "millpond/drivers/http/response_reader.h"
#include "millpond/drivers/http/socket_tracker.h"
#include "millpond/drivers/http/stage_limits.h"

namespace millpond::drivers {
namespace {

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

// What libcurl's callback sees of one transfer before each time that it sends the request.
struct Attempts {
  const HttpRequest& request;
  RequestBody& body;
  StageLimits& stages;
  SocketTracker& sockets;
  int count = 0;
  bool repeat_refused = false;
};

bool is_idempotent(std::string_view method) {
  constexpr std::array<std::string_view, 6> kIdempotent{"GET",    "HEAD",    "PUT",
                                                        "DELETE", "OPTIONS", "TRACE"};
  return std::find(kIdempotent.begin(), kIdempotent.end(), method) != kIdempotent.end();
}

int on_attempt(void* user, char*, char*, int, int) {
  auto& attempts = *static_cast<Attempts*>(user);
  const bool again = attempts.count++ > 0;
  if (again && !(is_idempotent(attempts.request.method) && attempts.body.rewind())) {
    attempts.repeat_refused = true;
    return CURL_PREREQFUNC_ABORT;
  }
  attempts.stages.note_request();
  attempts.sockets.note_connected();
  return CURL_PREREQFUNC_OK;
}

bool has_line_break(std::string_view text) {
  return text.find_first_of(std::string_view{"\r\n\0", 3}) != std::string_view::npos;
}

bool is_method(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ-_") == std::string_view::npos;
}

void append(HeaderList& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) {
    throw std::bad_alloc{};
  }
  static_cast<void>(list.release());
  list.reset(longer);
}

bool names(const HttpHeaders& headers, const char* name) {
  return std::any_of(headers.begin(), headers.end(), [name](const auto& header) {
    return strcasecmp(header.first.c_str(), name) == 0;
  });
}

// libcurl leaves out what ends with the colon and sends "Name;" as a header without a value. An
// empty Expect would be neither an expectation nor none.
std::string header_line(const std::string& name, const std::string& value) {
  if (value.empty()) {
    return name + (strcasecmp(name.c_str(), "Expect") == 0 ? ":" : ";");
  }
  return name + ": " + value;
}

// libcurl sends methods and headers as they are: a line break in one would start another.
Result<HeaderList> checked_headers(const HttpRequest& request, const RequestBody& body,
                                   std::string_view phase) {
  const auto refuse = [phase](std::string message) {
    return tl::unexpected(Error{ErrorKind::kConfiguration, std::string{phase}, std::move(message)});
  };
  if (!is_method(request.method)) {
    return refuse("\"" + request.method + "\" is not an HTTP method (capital letters)");
  }
  HeaderList list;
  if (!body.is_large() && !names(request.headers, "Expect")) {
    append(list, header_line("Expect", ""));
  }
  for (const auto& [name, value] : request.headers) {
    if (has_line_break(name) || has_line_break(value)) {
      return refuse("a request header has a line break in it");
    }
    append(list, header_line(name, value));
  }
  return list;
}

std::size_t head_bytes(const HttpRequest& request) {
  std::size_t bytes = request.path.size();
  for (const auto& [name, value] : request.headers) {
    bytes += name.size() + value.size();
  }
  return bytes;
}

void set_request(EasyHandle& handle, const HttpRequest& request, const HeaderList& headers) {
  CURL* easy = handle.get();
  curl_easy_setopt(easy, CURLOPT_URL, handle.target().url(request.path).c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
  if (request.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  } else {
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
}

// The limit on the whole is enough, and a longer one is meant for a slow answer too. Returns what
// holds.
std::chrono::milliseconds limit_time(EasyHandle& handle, std::chrono::milliseconds timeout) {
  curl_easy_setopt(handle.get(), CURLOPT_LOW_SPEED_TIME, 0L);
  if (timeout.count() == 0) {
    return std::chrono::ceil<std::chrono::milliseconds>(handle.target().read_timeout);
  }
  handle.limit_time(timeout);
  return timeout;
}

struct Callbacks {
  const RequestBody& body;
  const ResponseReader& response;
  const StageLimits& stages;
  const Attempts& attempts;
};

Error failure(const EasyHandle& handle, CURLcode code, const Callbacks& callbacks,
              std::string_view phase) {
  auto error = curl_error(handle, code, phase);
  const auto& expired = callbacks.stages.expired();
  if (expired) {
    error.kind = ErrorKind::kTimeout;
    error.phase = expired->phase.empty() ? phase : expired->phase;
    error.message = expired->message;
  } else if (callbacks.attempts.repeat_refused && callbacks.response.begun()) {
    error.kind = ErrorKind::kProtocol;
    error.message =
        "the server refuses to be asked before a body comes (417); state the header `Expect` "
        "without a value";
  } else if (code == CURLE_SEND_FAIL_REWIND || callbacks.attempts.repeat_refused) {
    error.kind = ErrorKind::kBroken;
    error.message =
        "the connection closed after the request was sent; the server may have acted on it, so it "
        "was not sent again (curl error " +
        std::to_string(code) + ")";
  } else if (!callbacks.body.refusal().empty()) {
    error.kind = ErrorKind::kBroken;
    error.message = callbacks.body.refusal();
  } else if (!callbacks.response.refusal().empty()) {
    error.message = callbacks.response.refusal();
  } else if (code == CURLE_OUT_OF_MEMORY && callbacks.attempts.count > 0) {
    error.kind = ErrorKind::kProtocol;
    error.message =
        "a response header is longer than 100 KiB, more than libcurl takes whatever "
        "max_header_bytes says";
  }
  return error;
}

// What a caller's function threw goes on from here, where libcurl is left.
void rethrow(const Callbacks& callbacks) {
  for (const auto& thrown : {callbacks.body.thrown(), callbacks.response.thrown()}) {
    if (thrown) {
      std::rethrow_exception(thrown);
    }
  }
}

// The handle must not keep pointers into a frame that is left.
class Restored {
 public:
  explicit Restored(EasyHandle& handle) : handle_(handle) { handle_.restore_defaults(); }
  Restored(const Restored&) = delete;
  Restored& operator=(const Restored&) = delete;
  ~Restored() { handle_.restore_defaults(); }

 private:
  EasyHandle& handle_;
};

}  // namespace

Result<Transferred> transfer(EasyHandle& handle, const HttpRequest& request,
                             const TransferOptions& options) {
  RequestBody body{request};
  const auto headers = checked_headers(request, body, options.phase);
  if (!headers) {
    return tl::unexpected(headers.error());
  }
  const Restored restored{handle};
  CURL* easy = handle.get();
  set_request(handle, request, *headers);
  if (request.method != "HEAD") {
    body.attach(easy);
  }
  ResponseReader response{easy,
                          {.header_bytes = handle.target().http.max_header_bytes,
                           .body_bytes = request.max_response_bytes},
                          options.sink};
  StageLimits stages{handle,
                     {.whole = limit_time(handle, options.timeout),
                      .head_bytes = head_bytes(request),
                      .budget = options.budget},
                     body,
                     response};
  Attempts attempts{
      .request = request, .body = body, .stages = stages, .sockets = handle.sockets()};
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, &on_attempt);
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, &attempts);
  const CURLcode code = curl_easy_perform(easy);
  const Callbacks callbacks{body, response, stages, attempts};
  rethrow(callbacks);
  if (code != CURLE_OK && !response.has_enough()) {
    return tl::unexpected(failure(handle, code, callbacks, options.phase));
  }
  return Transferred{.response = response.take(),
                     .rest = code == CURLE_OK ? Rest::kNone : Rest::kUnread};
}

}  // namespace millpond::drivers
