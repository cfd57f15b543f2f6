// Gives every file named by an argument to a fuzz target, one test case each: with any compiler,
// what a fuzzer once found stays found.
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "millpond/tests/fuzz/fuzz_target.h"

namespace millpond::fuzz {
namespace {

class Replay : public testing::Test {
 public:
  explicit Replay(std::string path) : path_(std::move(path)) {}

  void TestBody() override {
    std::ifstream file(path_, std::ios::binary);
    ASSERT_TRUE(file) << path_;
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    const std::vector<std::uint8_t> data(bytes.begin(), bytes.end());
    EXPECT_EQ(LLVMFuzzerTestOneInput(data.data(), data.size()), 0);
  }

 private:
  std::string path_;
};

void register_replay(const std::string& path) {
  const std::string name = std::filesystem::path(path).filename().string();
  testing::RegisterTest("Corpus", name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                        [path]() -> testing::Test* { return new Replay(path); });
}

}  // namespace
}  // namespace millpond::fuzz

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i < argc; ++i) {
    millpond::fuzz::register_replay(argv[i]);
  }
  return RUN_ALL_TESTS();
}
