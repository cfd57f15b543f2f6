// A password or token that cannot be printed by accident: no stream operator, no formatter, no
// implicit conversion, and its memory is cleared when it goes.
//
// A value type; not synchronised.
//
//   Secret s{"hunter2"};
//   connect(user, s.reveal());   // the one, greppable way to the text
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace millpond::drivers {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { other.wipe(); }
  Secret& operator=(const Secret& other) {
    if (this != &other) {
      wipe();
      text_ = other.text_;
    }
    return *this;
  }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      wipe();
      text_ = std::move(other.text_);
      other.wipe();
    }
    return *this;
  }
  ~Secret() { wipe(); }

  bool empty() const { return text_.empty(); }
  const std::string& reveal() const { return text_; }

  // `message` with every occurrence of the secret replaced by "***": vendors' error texts may quote
  // what they were given.
  std::string redact(std::string message) const;

 private:
  void wipe() noexcept;

  std::string text_;
};

}  // namespace millpond::drivers
