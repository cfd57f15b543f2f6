#include "millpond/tests/tidy/house_style.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace millpond::tidy {
namespace {

std::string verdict(std::string_view path, std::string_view text) {
  const Violations violations = check_style({std::string(path), std::string(text)});
  return violations.empty() ? "" : violations.front().message;
}

TEST(HouseStyle, ForbidsWhiteSpaceAtTheEndOfALine) {
  EXPECT_EQ(verdict("a.cc", "int a; \n"), "white space at the end of the line");
  EXPECT_NE(verdict("docs/a.md", "text\t\n"), "");
  EXPECT_NE(verdict("docs/a.md", "text\r\n"), "");
  EXPECT_EQ(verdict("tests/data/bad.toml", "a = 1 \n"), "");
}

TEST(HouseStyle, EndsAFileWithOneLineEnd) {
  EXPECT_EQ(verdict("a.cc", "int a;\n"), "");
  EXPECT_EQ(verdict("a.cc", "int a;"), "a file ends with one line end");
  EXPECT_EQ(verdict("a.cc", "int a;\n\n"), "a file ends with one line end");
  EXPECT_EQ(verdict("BUILD", ""), "");
}

TEST(HouseStyle, KeepsPromisesInIssues) {
  EXPECT_EQ(verdict("a.cc", "// TODO: later\n"), "TODO: write an issue instead");
  EXPECT_NE(verdict("run", "# FIXME\n"), "");
  EXPECT_EQ(verdict("a.cc", "mkdtemp(\"/tmp/x.XXXXXX\");\n"), "");
  EXPECT_EQ(verdict("CONTRIBUTING.md", "No TODO.\n"), "");
}

TEST(HouseStyle, NamesNoFolderOfOneMachine) {
  EXPECT_EQ(verdict("docs/a.md", "see /work/main\n"), "/work/ is a folder of one machine");
  EXPECT_NE(verdict("a.cc", "open(\"/home/me/x\");\n"), "");
}

TEST(HouseStyle, OpensAHeaderWithWhatItIs) {
  EXPECT_EQ(verdict("a.h", "// A thing.\n#pragma once\n"), "");
  EXPECT_EQ(verdict("a.h", "#pragma once\n"),
            "a header opens with what it is, its thread-safety, and an example");
  EXPECT_EQ(verdict("a.h", "// A thing.\n"), "no #pragma once");
  EXPECT_EQ(verdict("a.h", "// #pragma once\n"), "no #pragma once");
}

TEST(HouseStyle, SpeaksOfSlotsAndConnections) {
  EXPECT_EQ(verdict("pools/a.cc", "int entry_ = 0;\n"),
            "\"entry_\" is too vague: slot, connection, lease, waiter?");
  EXPECT_NE(verdict("drivers/a.cc", "Client* client;\n"), "");
  EXPECT_EQ(verdict("pools/a.cc", "// an entry in a comment\n"), "");
  EXPECT_EQ(verdict("pools/a.cc", "std::filesystem::directory_entry file;\n"), "");
}

}  // namespace
}  // namespace millpond::tidy
