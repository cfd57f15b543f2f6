#include "millpond/drivers/http/transfer.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include "millpond/drivers/http/curl_error.h"

namespace millpond::drivers {
namespace {

constexpr std::size_t kMaxHeaderBytes = std::size_t{64} * 1024;

// From this size on a body waits for the server's "100 Continue", for a second at most. Below it
// the wait costs more than a refused body would.
constexpr std::size_t kExpectContinueFrom = std::size_t{1024} * 1024;

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

// What libcurl's callbacks see of one transfer.
struct Progress {
  const HttpRequest& request;
  const Budget* budget;
  HttpResponse response;
  std::size_t sent = 0;
  std::size_t header_bytes = 0;
  int attempts = 0;
  bool repeat_refused = false;
  const char* refusal = nullptr;  // why a callback stopped the transfer
};

bool is_idempotent(std::string_view method) {
  constexpr std::array<std::string_view, 6> kIdempotent{"GET",    "HEAD",    "PUT",
                                                        "DELETE", "OPTIONS", "TRACE"};
  return std::find(kIdempotent.begin(), kIdempotent.end(), method) != kIdempotent.end();
}

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& progress = *static_cast<Progress*>(user);
  auto& body = progress.response.body;
  if (size > progress.request.max_response_bytes - body.size()) {
    progress.refusal = "the response is larger than max_response_bytes";
    return 0;
  }
  try {
    body.append(data, size);
  } catch (const std::exception&) {  // must not pass through libcurl
    progress.refusal = "out of memory";
    return 0;
  }
  return size;
}

void add_header(HttpResponse& response, std::string_view line) {
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n' || line.back() == ' ')) {
    line.remove_suffix(1);
  }
  if (line.substr(0, 5) == "HTTP/") {
    response.headers.clear();  // a final response after "100 Continue"
    return;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) {
    return;
  }
  const auto value = line.find_first_not_of(" \t", colon + 1);
  response.headers.emplace_back(line.substr(0, colon),
                                value == std::string_view::npos ? "" : line.substr(value));
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) {
  auto& progress = *static_cast<Progress*>(user);
  progress.header_bytes += size;
  if (progress.header_bytes > kMaxHeaderBytes) {
    progress.refusal = "the response has more than 64 KiB of headers";
    return 0;
  }
  try {
    add_header(progress.response, {data, size});
  } catch (const std::exception&) {  // must not pass through libcurl
    progress.refusal = "out of memory";
    return 0;
  }
  return size;
}

std::size_t on_send(char* buffer, std::size_t, std::size_t size, void* user) {
  auto& progress = *static_cast<Progress*>(user);
  const auto& body = progress.request.body;
  const std::size_t part = std::min(size, body.size() - progress.sent);
  body.copy(buffer, part, progress.sent);
  progress.sent += part;
  return part;
}

// libcurl calls this each time before it sends the request.
int on_attempt(void* user, char*, char*, int, int) {
  auto& progress = *static_cast<Progress*>(user);
  if (progress.attempts++ > 0 && !is_idempotent(progress.request.method)) {
    progress.repeat_refused = true;
    return CURL_PREREQFUNC_ABORT;
  }
  return CURL_PREREQFUNC_OK;
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Progress*>(user)->budget->cancelled() ? 1 : 0;
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

// libcurl sends methods and headers as they are: a line break in one would start another.
Result<HeaderList> checked_headers(const HttpRequest& request, std::string_view phase) {
  const auto refuse = [phase](std::string message) {
    return tl::unexpected(Error{ErrorKind::kConfiguration, std::string{phase}, std::move(message)});
  };
  if (!is_method(request.method)) {
    return refuse("\"" + request.method + "\" is not an HTTP method (capital letters)");
  }
  HeaderList list;
  if (request.body.size() < kExpectContinueFrom) {
    append(list, "Expect:");  // without a value libcurl leaves it out
  }
  for (const auto& [name, value] : request.headers) {
    if (has_line_break(name) || has_line_break(value)) {
      return refuse("a request header has a line break in it");
    }
    // "Name;" is how libcurl is told to send a header without a value.
    std::string line = name;
    line += value.empty() ? ";" : ": ";
    append(list, line += value);
  }
  return list;
}

void set_method(CURL* easy, Progress& progress) {
  const auto& request = progress.request;
  if (request.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    return;
  }
  const bool wants_body =
      request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  if (wants_body || !request.body.empty()) {
    // No CURLOPT_SEEKFUNCTION, on purpose: libcurl can't go back, so it can't send the body twice.
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, &on_send);
    curl_easy_setopt(easy, CURLOPT_READDATA, &progress);
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  }
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void set_callbacks(CURL* easy, Progress& progress) {
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &progress);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &progress);
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, &on_attempt);
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, &progress);
  if (progress.budget != nullptr) {
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, &on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &progress);
  }
}

Error failure(const EasyHandle& handle, CURLcode code, const Progress& progress,
              std::string_view phase) {
  auto error = curl_error(handle, code, phase);
  if (code == CURLE_SEND_FAIL_REWIND || progress.repeat_refused) {
    error.kind = ErrorKind::kBroken;
    error.message =
        "the connection closed after the request was sent; the server may have acted on it, so it "
        "was not sent again (curl error " +
        std::to_string(code) + ")";
  } else if (progress.refusal != nullptr) {
    error.message = progress.refusal;
  }
  return error;
}

}  // namespace

Result<HttpResponse> transfer(EasyHandle& handle, const HttpRequest& request,
                              const TransferOptions& options) {
  auto headers = checked_headers(request, options.phase);
  if (!headers) {
    return tl::unexpected(std::move(headers.error()));
  }
  Progress progress{.request = request, .budget = options.budget, .response = {}};
  handle.restore_defaults();
  CURL* easy = handle.get();
  curl_easy_setopt(easy, CURLOPT_URL, handle.target().url(request.path).c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers->get());
  set_callbacks(easy, progress);
  set_method(easy, progress);
  // The limit on the whole is enough, and a longer one is meant for a slow answer too.
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, 0L);
  if (options.timeout.count() > 0) {
    handle.limit_time(options.timeout);
  }
  const CURLcode code = curl_easy_perform(easy);
  if (code != CURLE_OK) {
    auto error = failure(handle, code, progress, options.phase);
    handle.restore_defaults();
    return tl::unexpected(std::move(error));
  }
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &progress.response.status);
  handle.restore_defaults();  // the handle must not keep pointers into this frame
  return std::move(progress.response);
}

}  // namespace millpond::drivers
