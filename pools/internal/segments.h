// An array that grows without moving: who holds a reference or reads an element never notices.
//
// Growing is for one thread at a time; reading an element that was there is safe meanwhile.
//
//   Segments<Slot> slots(8);
//   slots.grow_to(20);     // slots[3] is where it was
#pragma once

#include <array>
#include <cstddef>
#include <memory>

namespace millpond::internal {

template <class T>
class Segments {
 public:
  explicit Segments(std::size_t size) { grow_to(size); }

  // Each segment is at least as large as all before it, so that sixteen are enough for anybody.
  void grow_to(std::size_t size) {
    while (end_ < size) {
      const std::size_t count = end_ > size - end_ ? end_ : size - end_;
      Segment& next = segments_[used_];
      next.first = end_;
      next.end = end_ + count;
      next.elements = std::make_unique<T[]>(count);
      end_ = next.end;
      ++used_;
    }
  }

  // One comparison for what was there from the start.
  T& operator[](std::size_t index) noexcept { return at(index); }
  const T& operator[](std::size_t index) const noexcept { return at(index); }

 private:
  struct Segment {
    std::size_t first = 0;
    std::size_t end = 0;
    std::unique_ptr<T[]> elements;
  };

  T& at(std::size_t index) const noexcept {
    const Segment* segment = segments_.data();
    while (index >= segment->end)
      [[unlikely]] {
        ++segment;
      }
    return segment->elements[index - segment->first];
  }

  static constexpr std::size_t kMostSegments = 32;
  std::array<Segment, kMostSegments> segments_;
  std::size_t used_ = 0;
  std::size_t end_ = 0;
};

}  // namespace millpond::internal
