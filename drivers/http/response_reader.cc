#include "millpond/drivers/http/response_reader.h"

#include <algorithm>
#include <utility>

namespace millpond::drivers {
namespace {

// Reading over so much costs less than another connection.
constexpr std::size_t kMostToSkip = std::size_t{64} * 1024;

constexpr char kOutOfMemory[] = "out of memory";

bool is_interim(std::string_view status_line) {
  const auto space = status_line.find(' ');
  return space != std::string_view::npos && status_line.substr(space + 1, 1) == "1";
}

}  // namespace

ResponseReader::ResponseReader(CURL* easy, Limits limits, const HttpSink* sink)
    : easy_(easy), limits_(limits), sink_(sink) {
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &ResponseReader::on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &ResponseReader::on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
}

HttpResponse ResponseReader::take() {
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &response_.status);
  return std::move(response_);
}

std::size_t ResponseReader::on_header(char* data, std::size_t, std::size_t size, void* self) {
  auto& reader = *static_cast<ResponseReader*>(self);
  try {
    return reader.take_header({data, size}) ? size : 0;
  } catch (const std::exception&) {  // must not pass through libcurl
    reader.refusal_ = kOutOfMemory;
    return 0;
  }
}

bool ResponseReader::take_header(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > limits_.header_bytes) {
    refusal_ = "the response's headers are larger than max_header_bytes (" +
               std::to_string(limits_.header_bytes) + " bytes)";
    return false;
  }
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n' || line.back() == ' ')) {
    line.remove_suffix(1);
  }
  if (line.starts_with("HTTP/")) {
    response_.headers.clear();  // a final response after "100 Continue"
    begun_ = begun_ || !is_interim(line);
    return true;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) {
    return true;
  }
  const auto value = line.find_first_not_of(" \t", colon + 1);
  response_.headers.emplace_back(line.substr(0, colon),
                                 value == std::string_view::npos ? "" : line.substr(value));
  return true;
}

std::size_t ResponseReader::on_body(char* data, std::size_t, std::size_t size, void* self) {
  auto& reader = *static_cast<ResponseReader*>(self);
  try {
    return reader.take_body({data, size}) ? size : 0;
  } catch (...) {  // must not pass through libcurl
    reader.fail();
    return 0;
  }
}

void ResponseReader::fail() {
  if (sink_ == nullptr) {
    refusal_ = kOutOfMemory;
  } else {
    thrown_ = std::current_exception();
  }
}

bool ResponseReader::take_body(std::string_view piece) {
  if (enough_) {
    return skip(piece);
  }
  if (piece.size() > limits_.body_bytes - body_bytes_) {
    refusal_ = "the response is larger than max_response_bytes";
    return false;
  }
  body_bytes_ += piece.size();
  if (sink_ != nullptr) {
    return give(piece);
  }
  response_.body.append(piece);
  return true;
}

bool ResponseReader::give(std::string_view piece) {
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &response_.status);
  enough_ = !(*sink_)(response_, piece);
  if (!enough_) {
    return true;
  }
  curl_off_t whole = -1;
  curl_easy_getinfo(easy_, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &whole);
  cut_off_ = whole > static_cast<curl_off_t>(body_bytes_ + kMostToSkip);
  return !cut_off_;
}

bool ResponseReader::skip(std::string_view piece) {
  skipped_ += piece.size();
  cut_off_ = skipped_ > kMostToSkip;
  return !cut_off_;
}

}  // namespace millpond::drivers
