#include <curl/curl.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/http/http.h"
#include "millpond/drivers/http/message.h"
#include "millpond/drivers/http/session.h"
#include "millpond/tests/drivers/http/wire_fixture.h"
#include "millpond/tests/drivers/peer/http_peer.h"
#include "millpond/tests/harness/golden/golden.h"

namespace millpond::drivers {
namespace {

struct Unseen {
  const char* statement;  // as docs/http.md has it
  void (*act)(CURL* kept);
  const char* trace;  // what the next borrower of the raw handle sends then
};

constexpr Unseen kUnseen[] = {
    {"curl_easy_setopt(kept, CURLOPT_COOKIE, \"sid=7\")",
     [](CURL* kept) { curl_easy_setopt(kept, CURLOPT_COOKIE, "sid=7"); }, "Cookie: sid=7"},
    {"curl_easy_setopt(kept, CURLOPT_COOKIELIST, \"Set-Cookie: sid=7\")",
     [](CURL* kept) {
       curl_easy_setopt(kept, CURLOPT_COOKIELIST, "Set-Cookie: sid=7; domain=127.0.0.1; path=/");
     },
     "Cookie: sid=7"},
    {"curl_easy_setopt(kept, CURLOPT_USERPWD, \"me:mine\")",
     [](CURL* kept) { curl_easy_setopt(kept, CURLOPT_USERPWD, "me:mine"); }, "Authorization:"},
};

class HttpUnseen : public HttpWire {
 protected:
  HttpUnseen()
      : peer_(after_warm_up([](const HttpPeer::Request&) { return HttpPeer::ok(); })),
        connection_(connect_to(peer_)),
        http_(Http::handle(*connection_)) {}

  // A lease, as far as the driver is concerned, in which the raw handle was taken.
  CURL* kept_from_a_lease() {
    CURL* kept = http_.easy();
    reset();
    return kept;
  }

  void reset() {
    const auto done = connection_->reset(ResetNeed::kSession, Budget{kAmple});
    ASSERT_TRUE(done) << done.error().message;
  }

  // What the next borrower's raw handle sends as it is.
  std::string next_request() {
    EXPECT_EQ(curl_easy_perform(http_.easy()), CURLE_OK);
    return peer_.requests().back();
  }

  HttpPeer peer_;
  std::unique_ptr<Connection> connection_;
  HttpSession& http_;
};

class UnseenUse : public HttpUnseen, public testing::WithParamInterface<Unseen> {};

TEST_P(UnseenUse, IsNotNoticedAndUndoneByAReset) {
  const auto& [statement, act, trace] = GetParam();
  act(kept_from_a_lease());
  EXPECT_EQ(connection_->reset_need(), ResetNeed::kNone) << "take it off the list";
  EXPECT_TRUE(contains(next_request(), trace)) << statement << ": nothing is left";
  act(kept_from_a_lease());
  reset();
  EXPECT_FALSE(contains(next_request(), trace)) << statement << ": the reset leaves it";
}

INSTANTIATE_TEST_SUITE_P(Each, UnseenUse, testing::ValuesIn(kUnseen));

TEST_P(UnseenUse, IsNotInARequestOfTheNextBorrower) {
  const auto& [statement, act, trace] = GetParam();
  act(kept_from_a_lease());
  ASSERT_TRUE(http_.get("/"));
  EXPECT_FALSE(contains(peer_.requests().back(), trace)) << statement;
}

// The statements in the second column of the section's table.
std::multiset<std::string> documented(const std::string& section) {
  const std::string document = harness::text_of("docs/http.md");
  const auto begin = document.find("\n### " + section + "\n");
  EXPECT_NE(begin, std::string::npos) << section;
  std::istringstream lines{document.substr(begin + 1, document.find("\n#", begin + 1) - begin)};
  std::multiset<std::string> statements;
  for (std::string line; std::getline(lines, line);) {
    const auto first = line.find("| `");
    if (line.starts_with("| ") && first != std::string::npos) {
      statements.insert(line.substr(first + 3, line.rfind('`') - first - 3));
    }
  }
  return statements;
}

TEST_F(HttpUnseen, TheDocumentListsExactlyWhatIsTestedHere) {
  std::multiset<std::string> tested;
  for (const Unseen& unseen : kUnseen) {
    tested.insert(unseen.statement);
  }
  EXPECT_EQ(documented("What `auto` does not see"), tested);
}

TEST_F(HttpUnseen, TheRawHandleIsNoticedWhateverIsDoneWithIt) {
  (void)http_.easy();
  EXPECT_EQ(connection_->reset_need(), ResetNeed::kSession);
}

TEST_F(HttpUnseen, WhatRequestsAndStreamsCarryEndsWithThem) {
  ASSERT_TRUE(http_.request({.method = "POST",
                             .path = "/login",
                             .headers = {{"Cookie", "sid=7"}, {"Authorization", "Bearer x"}},
                             .body = "user=7"}));
  ASSERT_TRUE(
      http_.stream({.headers = {{"Cookie", "sid=7"}}}, [](std::string_view) { return true; }));
  EXPECT_EQ(connection_->reset_need(), ResetNeed::kNone);
  const std::string next = next_request();
  EXPECT_FALSE(contains(next, "sid=7")) << next;
  EXPECT_FALSE(contains(next, "Authorization")) << next;
  EXPECT_FALSE(contains(next, "POST")) << next;
}

TEST_F(HttpUnseen, WhomAServerTakesAConnectionForOutlivesAReset) {
  const int socket = connection_->watch_fd();
  ASSERT_TRUE(http_.request({.headers = {{"Authorization", "NTLM by-hand"}}}));
  EXPECT_EQ(connection_->reset_need(), ResetNeed::kNone);
  reset();
  ASSERT_TRUE(http_.get("/"));
  EXPECT_EQ(connection_->watch_fd(), socket) << "the connection that the server knows";
  EXPECT_EQ(http_.swaps(), 0);
}

}  // namespace
}  // namespace millpond::drivers
