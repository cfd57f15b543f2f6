// Whether a POST ever arrives twice: many of them over reused connections that the server closes at
// every moment of an exchange.
//
// Runs on the caller's thread, with a peer on another.
//
//   const harness::PostStorm storm = harness::post_storm(200);
//   EXPECT_EQ(storm.worst, 1);
#pragma once

namespace millpond::harness {

struct PostStorm {
  int posts = 0;
  int worst = 0;     // how often the POST that arrived most often did
  int arrived = 0;   // POSTs that the peer saw at least the beginning of
  int answered = 0;  // POSTs whose caller has a response
  int unusable = 0;  // POSTs without one whose session is not lent again
};

// Costs about a millisecond a POST. Throws std::runtime_error when the peer can't be connected to.
PostStorm post_storm(int posts);

}  // namespace millpond::harness
