// What libcurl's result codes mean, in the drivers' vocabulary.
//
// Reads the handle; call it on the thread that ran the transfer.
#pragma once

#include <curl/curl.h>

#include <string_view>

#include "millpond/drivers/error.h"
#include "millpond/drivers/http/easy_handle.h"

namespace millpond::drivers {

// `code` is what curl_easy_perform() just returned for this handle; the password is left out.
Error curl_error(const EasyHandle& handle, CURLcode code, std::string_view phase);

}  // namespace millpond::drivers
