#include "millpond/drivers/secret.h"

#include <cstring>

namespace millpond::drivers {

std::string Secret::redact(std::string message) const {
  if (text_.empty()) {
    return message;
  }
  constexpr std::string_view kMask = "***";
  for (auto at = message.find(text_); at != std::string::npos;
       at = message.find(text_, at + kMask.size())) {
    message.replace(at, text_.size(), kMask);
  }
  return message;
}

void Secret::wipe() noexcept {
  text_.resize(text_.capacity());  // a moved-from short string is empty, its characters still there
  explicit_bzero(text_.data(), text_.size());
  text_.clear();
}

}  // namespace millpond::drivers
