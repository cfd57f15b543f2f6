// One request and its response over an easy handle, with limits on time and size.
//
// Runs on the caller's thread and leaves nothing of the request in the handle.
//
//   auto response = transfer(handle, {.path = "/health"}, {.phase = "probe", .timeout = 1s});
#pragma once

#include <chrono>
#include <string_view>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/http/easy_handle.h"
#include "millpond/drivers/http/message.h"

namespace millpond::drivers {

struct TransferOptions {
  std::string_view phase;
  std::chrono::milliseconds timeout{};  // zero: the handle's default
  const Budget* budget = nullptr;       // whose stop token calls the transfer off
  const HttpSink* sink = nullptr;       // gets the body instead of the response
};

// What is left of the response in the connection.
enum class Rest { kNone, kUnread };

struct Transferred {
  HttpResponse response;
  Rest rest = Rest::kNone;
};

// Any HTTP status is a response. A request that the server may have acted on is sent once: neither
// a body nor a method that is not idempotent is repeated by libcurl on another connection. Throws
// what the request's source or the sink threw, after the transfer.
Result<Transferred> transfer(EasyHandle& handle, const HttpRequest& request,
                             const TransferOptions& options);

}  // namespace millpond::drivers
