// Broken files, each with the whole of what is said of it.
#include "millpond/policy/toml/syntax_error.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <ostream>
#include <string>
#include <string_view>

#include "millpond/policy/finding.h"
#include "millpond/policy/toml/loader.h"

namespace millpond::policy::toml {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

std::string said_of(std::string_view text) {
  const auto set = load({"pools.toml", std::string(text)}, {});
  return set ? "accepted\n" : render(set.error());
}

struct Case {
  std::string_view name;
  std::string_view text;
  std::string_view said;
};

void PrintTo(const Case& broken, std::ostream* out) {
  *out << broken.name;
}

constexpr Case kCases[] = {
    {"UnquotedDuration",
     "[pool.orders]\n"
     "acquire_timeout = 2s # two seconds\n",
     R"(error[M001]: `2s` needs quotes
  --> pools.toml:2:19
   |
 2 | acquire_timeout = 2s # two seconds
   |                   ^^ write `"2s"`
   = help: texts, durations, shares and formulas stand in quotes; integers and lists do not
)"},
    {"UnquotedWord", "order = lifo\n",
     R"(error[M001]: `lifo` needs quotes
  --> pools.toml:1:9
   |
 1 | order = lifo
   |         ^^^^ write `"lifo"`
   = help: texts, durations, shares and formulas stand in quotes; integers and lists do not
)"},
    {"UnquotedWordLikeTrue", "reset = transaction\n",
     R"(error[M001]: `transaction` needs quotes
  --> pools.toml:1:9
   |
 1 | reset = transaction
   |         ^^^^^^^^^^^ write `"transaction"`
   = help: texts, durations, shares and formulas stand in quotes; integers and lists do not
)"},
    {"UnquotedFormula", "size = 3 * 4\n",
     R"(error[M001]: `3 * 4` needs quotes
  --> pools.toml:1:8
   |
 1 | size = 3 * 4
   |        ^^^^^ write `"3 * 4"`
   = help: texts, durations, shares and formulas stand in quotes; integers and lists do not
)"},
    {"UnquotedWordInAList",
     "inherit = [\n"
     "  oltp,\n"
     "]\n",
     R"(error[M001]: `oltp` needs quotes
  --> pools.toml:2:3
   |
 2 |   oltp,
   |   ^^^^ write `"oltp"`
   = help: texts, durations, shares and formulas stand in quotes; integers and lists do not
)"},
    {"UnquotedSecret", "password = hunter2\n",
     R"(error[M001]: this value needs quotes
  --> pools.toml:1:12
   |
 1 | password = ***
   |            ^^^ write it in quotes
   = help: texts, durations, shares and formulas stand in quotes; integers and lists do not
)"},
    {"TabsAndCarriageReturns",
     "[pool.orders]\r\n"
     "\tsize = 5\r\n"
     "\twrite_timeout = 3s\r\n",
     R"(error[M001]: `3s` needs quotes
  --> pools.toml:3:18
   |
 3 |     write_timeout = 3s
   |                     ^^ write `"3s"`
   = help: texts, durations, shares and formulas stand in quotes; integers and lists do not
)"},
    {"NoValue", "size = # to be decided\n",
     R"(error[M001]: a value is missing behind `=`
  --> pools.toml:1:7
   |
 1 | size = # to be decided
   |       ^ write it here
)"},
    {"NoEquals", "size 10\n",
     R"(error[M001]: `=` is missing between the key and its value
  --> pools.toml:1:6
   |
 1 | size 10
   |      ^ write `=` before this
)"},
    {"ColonForEquals", "size: 10\n",
     R"(error[M001]: a key and its value are joined by `=`
  --> pools.toml:1:5
   |
 1 | size: 10
   |     ^ write `=`, not `:`
)"},
    {"ColonForEqualsBeforeASecret", "password: \"hunter2\"\n",
     R"(error[M001]: a key and its value are joined by `=`
  --> pools.toml:1:9
   |
 1 | password: ***
   |         ^ write `=`, not `:`
)"},
    {"OnlyAKey",
     "[pool.orders]\n"
     "size\n",
     R"(error[M001]: the key has no value
  --> pools.toml:2:5
   |
 2 | size
   |     ^ `=` and a value are missing
   = help: a line is `key = value`
)"},
    {"SpaceInTheKey", "max waiters = 5\n",
     R"(error[M001]: a space stands in the key
  --> pools.toml:1:1
   |
 1 | max waiters = 5
   | ^^^^^^^^^^^ keys are written with _
)"},
    {"LetterThatIsNotAscii", "[pool.zamówienia]\n",
     R"(error[M001]: `ó` cannot stand in a key or name
  --> pools.toml:1:10
   |
 1 | [pool.zamówienia]
   |          ^
   = help: keys and names are made of A-Z a-z 0-9 - _
)"},
    {"CurlyQuotes", "server = “orders-db”\n",
     R"(error[M001]: curly quotes do not enclose a text
  --> pools.toml:1:10
   |
 1 | server = “orders-db”
   |          ^ write `"`
   = help: type the quotes anew: word processors and chats turn " into curly quotes
)"},
    {"CurlyQuoteAtTheEnd", "server = \"orders-db”\n",
     R"(error[M001]: the text is not closed
  --> pools.toml:1:10
   |
 1 | server = "orders-db”
   |          ^^^^^^^^^^^ a curly quote does not close it
   = help: type the quote anew: word processors and chats turn " into curly quotes
)"},
    {"UnclosedText",
     "server = \"orders-db\n"
     "size = 10\n",
     R"(error[M001]: the text is not closed
  --> pools.toml:1:10
   |
 1 | server = "orders-db
   |          ^^^^^^^^^^ `"` is missing at its end
   = help: a text in quotes ends on its own line
)"},
    {"UnclosedTextOfASecret", "password = \"hunter2\n",
     R"(error[M001]: the text is not closed
  --> pools.toml:1:12
   |
 1 | password = ***
   |            ^^^ `"` is missing at its end
   = help: a text in quotes ends on its own line
)"},
    {"UnclosedTripleQuotes",
     "[pool.orders]\n"
     "size = \"\"\"\n"
     "3 * 4\n",
     R"(error[M001]: the text in triple quotes is not closed
  --> pools.toml:2:8
   |
 2 | size = """
   |        ^^^ opened here, closed nowhere
   = help: end it with the same three quotes
)"},
    {"Backslash", "ca = \"C:\\data\\ca.pem\"\n",
     R"(error[M001]: a backslash in double quotes begins an escape, and this is none
  --> pools.toml:1:9
   |
 1 | ca = "C:\data\ca.pem"
   |         ^^
   = help: write \\ for a backslash, or put the text in single quotes: 'C:\data'
)"},
    {"UnclosedHeader",
     "[pool.orders # of the shop\n"
     "size = 10\n",
     R"(error[M001]: the table's header is not closed
  --> pools.toml:1:13
   |
 1 | [pool.orders # of the shop
   |             ^ `]` is missing
)"},
    {"KeyBehindAHeader", "[pool.orders] size = 10\n",
     R"(error[M001]: something stands behind the table's header
  --> pools.toml:1:15
   |
 1 | [pool.orders] size = 10
   |               ^^^^^^^^^ start a new line here
)"},
    {"UnclosedList",
     "endpoints = [\"db1:5432\",\n"
     "  \"db2:5432\"\n"
     "size = 10\n",
     R"(error[M001]: the list is not closed
  --> pools.toml:1:13
   |
 1 | endpoints = ["db1:5432",
   |             ^ opened here
  ::: pools.toml:3:1
   |
 3 | size = 10
   | - `]` is missing before this
   = help: end it with `]`
)"},
    {"NoCommaInAList", "endpoints = [\"db1:5432\" \"db2:5432\"]\n",
     R"(error[M001]: a comma is missing between two values
  --> pools.toml:1:25
   |
 1 | endpoints = ["db1:5432" "db2:5432"]
   |                         ^ write `,` before this
)"},
    {"SecondKeyOnALine", "size = 10 min_size = 2\n",
     R"(error[M001]: a second key begins on this line
  --> pools.toml:1:11
   |
 1 | size = 10 min_size = 2
   |           ^ start a new line here
)"},
    {"CommaBehindAValue", "server = \"orders-db\",\n",
     R"(error[M001]: a line ends without `,` or `;`
  --> pools.toml:1:21
   |
 1 | server = "orders-db",
   |                     ^ remove it
)"},
    {"ThousandsSeparator", "max_waiters = 1,000\n",
     R"(error[M001]: a number has no `,` in it
  --> pools.toml:1:16
   |
 1 | max_waiters = 1,000
   |                ^ remove it
)"},
    {"LeadingZeros", "size = 007\n",
     R"(error[M001]: a number has no leading zeros
  --> pools.toml:1:8
   |
 1 | size = 007
   |        ^^^
)"},
    {"TableTwice",
     "[pool.orders]\n"
     "size = 1\n"
     "\n"
     "[pool.jobs]\n"
     "size = 1\n"
     "\n"
     "[pool.orders]\n"
     "size = 2\n",
     R"(error[M001]: `[pool.orders]` stands twice
  --> pools.toml:7:1
   |
 7 | [pool.orders]
   | ^^^^^^^^^^^^^
  ::: pools.toml:1:1
   |
 1 | [pool.orders]
   | ------------- first defined here
   = help: a table stands once: move the keys of the two together
)"},
    {"KeyTwice",
     "[pool.jobs]\n"
     "size = 1\n"
     "\n"
     "[pool.orders]\n"
     "size = 1 # old\n"
     "size = 2\n",
     R"(error[M001]: `size` stands twice in its table
  --> pools.toml:6:1
   |
 5 | size = 1 # old
   | ---- first defined here
 6 | size = 2
   | ^^^^
   = help: keep one of the two
)"},
    {"SecretTwice",
     "password = \"hunter2\"\n"
     "password = \"hunter3\"\n",
     R"(error[M001]: this key stands twice in its table
  --> pools.toml:2:1
   |
 1 | password = ***
   | -------- first defined here
 2 | password = ***
   | ^^^^^^^^
   = help: keep one of the two
)"},
    {"TableThatIsAKey",
     "pool = \"orders\"\n"
     "[pool.orders]\n",
     R"(error[M001]: `[pool.orders]` is already defined in another form
  --> pools.toml:2:1
   |
 1 | pool = "orders"
   | ---- first defined here
 2 | [pool.orders]
   | ^^^^^^^^^^^^^
   = help: a name stands for one thing, a table or a value: rename one of them
)"},
    {"CommentOfAnotherLanguage", "// pools of the shop\n",
     R"(error[M001]: neither a key nor a table begins like this
  --> pools.toml:1:1
   |
 1 | // pools of the shop
   | ^ a comment begins with `#`
)"},
    {"OddSpace", "size =\u00A010\n",
     R"(error[M001]: this is a space of another kind: U+00A0
  --> pools.toml:1:7
   |
 1 | size = 10
   |       ^ write an ordinary space
   = help: text copied from a web page often holds such spaces
)"},
    {"ControlCharacter",
     "server = \"a\x07"
     "\"\n",
     R"(error[M001]: a control character stands here: U+0007
  --> pools.toml:1:12
   |
 1 | server = "a�"
   |            ^
   = help: delete it; many editors do not show it
)"},
    {"Utf16", "\xFF\xFEv\0e\0r\0s\0"sv,
     R"(error[M001]: the file is UTF-16, and a policy file is UTF-8
  --> pools.toml
   = help: save it as UTF-8; in PowerShell: Set-Content -Encoding utf8
)"},
    {"Windows1252",
     "user = \"M\xFC"
     "ller\"\n",
     R"(error[M001]: this byte is no UTF-8
  --> pools.toml:1:10
   |
 1 | user = "M�ller"
   |          ^
   = help: save the file as UTF-8; it may be in an older encoding, such as Windows-1252
)"},
};

class BrokenFile : public testing::TestWithParam<Case> {};

TEST_P(BrokenFile, IsExplained) {
  EXPECT_EQ(said_of(GetParam().text), GetParam().said);
}

INSTANTIATE_TEST_SUITE_P(Files, BrokenFile, testing::ValuesIn(kCases),
                         [](const auto& info) { return std::string(info.param.name); });

// The first line of what is said, without its code.
std::string message_of(std::string_view text) {
  const std::string said = said_of(text);
  const std::size_t start = said.find(": ") + 2;
  return said.substr(start, said.find('\n') - start);
}

TEST(SyntaxError, HasAMessageForRareMistakesToo) {
  EXPECT_EQ(message_of("size == 10"), "one `=` is enough");
  EXPECT_EQ(message_of("size ="), "a value is missing behind `=`");
  EXPECT_EQ(message_of("= 10"), "the key is missing");
  EXPECT_EQ(message_of("a..b = 1"), "a part of the key is missing");
  EXPECT_EQ(message_of("\"size = 10"), "the text is not closed");
  EXPECT_EQ(message_of("[pool.]"), "a name is missing in the table's header");
  EXPECT_EQ(message_of("[pool a]"), "a space stands in the table's name");
  EXPECT_EQ(message_of("[pool.a]]"), "the table's header has one bracket too many");
  EXPECT_EQ(message_of("pool.a]"), "`[` is missing at the start of the table's header");
  EXPECT_EQ(message_of("a = [,]"), "a comma stands here without a value before it");
  EXPECT_EQ(message_of("a = {x = 1,}"), "a comma stands before `}`");
  EXPECT_EQ(message_of("a = {x = 1"), "the table in braces is not closed on its line");
  EXPECT_EQ(message_of("a = {}\n[a.b]"), "a table in braces cannot be added to");
  EXPECT_EQ(message_of("a = {x = 1, x = 2}"), "a key stands twice between these braces");
  EXPECT_EQ(message_of("size = 99999999999999999999"), "this number is too large");
  EXPECT_EQ(message_of("size = 1__0"), "in a number, `_` stands only between two digits");
  EXPECT_EQ(message_of("size = 1."), "a number has digits on both sides of its point");
  EXPECT_EQ(message_of("user = \"\\u12\""), "this escape names no character");
  EXPECT_EQ(message_of("size = 1\r[a]"), "a carriage return stands here without a line feed");
  EXPECT_EQ(message_of("a = " + std::string(300, '[')), "lists stand too deep inside each other");
}

// The place of the first definition that is shown, "1:1".
std::string first_of(std::string_view text) {
  const std::string said = said_of(text);
  const std::string_view arrow = "::: pools.toml:";
  const std::size_t start = said.find(arrow) + arrow.size();
  return said.find(arrow) == std::string::npos ? said
                                               : said.substr(start, said.find('\n', start) - start);
}

TEST(SyntaxError, FindsTheFirstDefinitionThatIsInTheWay) {
  EXPECT_EQ(first_of("a = \"\"\"\nx = 0\n\"\"\"\nx = 1\ny = 1\nx = 2\n"), "4:1");
  EXPECT_EQ(first_of("x = 1\n[a]\nx = 2\n\nx = 3\n"), "3:1");
  EXPECT_EQ(first_of("[a.b]\nc = 1\n\n[a]\nb.d = 1\n"), "1:1");
  EXPECT_EQ(first_of("[a]\n\nb.d = 1\nc = 1\n[a.b]\n"), "3:1");
  EXPECT_EQ(first_of("[a.b]\n[a.b.c.d]\ne = 1\n[a.b.c]\nd.f = 1\n"), "2:1");
}

TEST(SyntaxError, NeverQuotesAValueThatMayBeASecret) {
  EXPECT_TRUE(rc::check([] {
    const auto mark =
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("\"'=[]{}#\\:, .\t")));
    const auto end = *rc::gen::element("\n"s, "\""s, "'"s, "]"s, "\x01"s, " x = 1\n"s);
    const std::string said = said_of("[server.a]\npassword " + mark + "hunter2" + end);
    RC_ASSERT(said.find("hunter") == std::string::npos);
  }));
}

TEST(SyntaxError, IsMadeOfAnyText) {
  EXPECT_TRUE(rc::check([] {
    const auto text = *rc::gen::container<std::string>(
        rc::gen::elementOf(std::string("a1.= \t\"'[]{},#\\_-\n\r\x01\xFF\xC3\xA9")));
    RC_ASSERT(said_of(text).ends_with('\n'));
  }));
}

}  // namespace
}  // namespace millpond::policy::toml
