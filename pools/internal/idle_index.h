// Which slots may be idle, so that a caller whose own slot is busy need not look at ten thousand.
//
// A set bit is a hint, a clear bit is a promise that somebody keeps: an idle slot is listed, or who
// gave it back is about to see its kUnlistedMark. A slot stays listed while it is lent, so that
// taking and returning touch no shared word; a searcher that found it busy in vain unlists it, and
// its return lists it again.
//
// list() and next() are lock-free and safe from any thread; unlist() is for one thread at a time
// (the holder of the pool's mutex). Cost: next() looks at one word per 64 slots that are listed and
// one per 4096 that are not.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "millpond/pools/internal/segments.h"

namespace millpond::internal {

template <class Atomics>
class IdleIndex {
 public:
  static constexpr std::uint32_t kNone = 0xffffffff;

  explicit IdleIndex(std::uint32_t size)
      : words_(words_for(size)), summary_(words_for(words_for(size))) {}

  // One thread at a time.
  void grow_to(std::uint32_t size) {
    words_.grow_to(words_for(size));
    summary_.grow_to(words_for(words_for(size)));
  }

  // The word first: whoever sees the summary sees the word.
  void list(std::uint32_t slot) noexcept {
    words_[slot / kBits].fetch_or(bit(slot), std::memory_order_seq_cst);
    summary_[slot / kBits / kBits].fetch_or(bit(slot / kBits), std::memory_order_seq_cst);
  }

  void unlist(std::uint32_t slot) noexcept {
    const std::uint32_t word = slot / kBits;
    const std::uint64_t before = words_[word].fetch_and(~bit(slot), std::memory_order_seq_cst);
    if (before != bit(slot)) {
      return;
    }
    summary_[word / kBits].fetch_and(~bit(word), std::memory_order_seq_cst);
    if (words_[word].load(std::memory_order_seq_cst) != 0) {  // listed meanwhile
      summary_[word / kBits].fetch_or(bit(word), std::memory_order_seq_cst);
    }
  }

  // The first listed slot in [from, end), or kNone.
  std::uint32_t next(std::uint32_t from, std::uint32_t end) const noexcept {
    while (from < end) {
      const std::uint32_t word = from / kBits;
      const std::uint64_t rest = words_[word].load(std::memory_order_seq_cst) >> (from % kBits);
      if (rest != 0) {
        const std::uint32_t found = from + static_cast<std::uint32_t>(std::countr_zero(rest));
        return found < end ? found : kNone;
      }
      from = next_word(word + 1, words_for(end)) * kBits;
    }
    return kNone;
  }

 private:
  static constexpr std::uint32_t kBits = 64;
  static constexpr std::uint32_t words_for(std::uint32_t size) {
    return (size + kBits - 1) / kBits;
  }
  static constexpr std::uint64_t bit(std::uint32_t of) { return std::uint64_t{1} << (of % kBits); }

  // The first word in [from, end) that the summary knows to hold anything, or `end`.
  std::uint32_t next_word(std::uint32_t from, std::uint32_t end) const noexcept {
    while (from < end) {
      const std::uint64_t rest =
          summary_[from / kBits].load(std::memory_order_seq_cst) >> (from % kBits);
      if (rest != 0) {
        return from + static_cast<std::uint32_t>(std::countr_zero(rest));
      }
      from = (from / kBits + 1) * kBits;
    }
    return end;
  }

  using Word = typename Atomics::template Atomic<std::uint64_t>;
  Segments<Word> words_;
  Segments<Word> summary_;
};

}  // namespace millpond::internal
