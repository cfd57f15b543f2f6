#include "millpond/tests/proof/posts.h"

#include <algorithm>

#include "millpond/tests/drivers/http/post_storm.h"

namespace millpond::proof {
namespace {

constexpr std::int64_t kPosts = 20'000;
constexpr std::int64_t kChunk = 450;  // each of 9 moments and 2 sizes, as often

}  // namespace

void prove_posts(const Campaign& campaign, const Backends&) {
  campaign.run({.key = "posts.http", .whole = kPosts, .chunk = kChunk},
               [](sim::Random&, std::int64_t count) -> Count {
                 const auto storm = harness::post_storm(static_cast<int>(count));
                 return {.done = storm.posts,
                         .bad = std::max(0, storm.worst - 1),
                         .failed = storm.posts - storm.answered};
               });
}

}  // namespace millpond::proof
