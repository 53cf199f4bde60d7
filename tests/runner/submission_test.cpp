#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fstream>

#include "runner/verify/check.hpp"
#include "runner/verify/proof.hpp"
#include "temp_dir.hpp"

using namespace runner;
using Catch::Matchers::ContainsSubstring;
using runner_test::TempDir;

namespace {

WrongSubmission read(const std::string& text) {
    const TempDir folder;
    std::ofstream(folder.path() / "one.patch") << text;
    return read_wrong_submission(folder.path() / "one.patch");
}

}  // namespace

TEST_CASE("the header of a patch says what it proves", "[submissions]") {
    const auto wrong = read(
        "base: solutions/01-x      fails: say      verdict: WRONG_BYTES      says: \"two words\"\n"
        "bug: sends too much\n\n--- a/x.cpp\n+++ b/x.cpp\n");
    CHECK(wrong.name == "one");
    CHECK(wrong.base == "solutions/01-x");
    CHECK(wrong.stage == "say");
    CHECK(wrong.verdict == "WRONG_BYTES");
    CHECK(wrong.says == "two words");
    CHECK(wrong.bug == "sends too much");
}

TEST_CASE("a patch without a whole header is refused", "[submissions]") {
    CHECK_THROWS_WITH(read("--- a/x.cpp\n"), ContainsSubstring("base: FOLDER"));
    CHECK_THROWS(read("base: x fails: y verdict: HANG says: \"z\"\n"));
    CHECK_THROWS(read("bug: only that\n"));
}

TEST_CASE("checks are counted, and an exception is a failure", "[check]") {
    CheckRun run("", 2);
    run.run("some", {{"good", [] { return std::optional<std::string>(); }},
                     {"bad", [] { return std::optional<std::string>("why"); }},
                     {"worse",
                      []() -> std::optional<std::string> { throw std::runtime_error("thrown"); }}});
    CHECK(run.passed() == 1);
    CHECK(run.failed() == 2);
}

TEST_CASE("only the checks that are asked for run", "[check]") {
    CheckRun run("goo", 1);
    run.run("some", {{"good", [] { return std::optional<std::string>(); }},
                     {"bad", [] { return std::optional<std::string>("why"); }}});
    CHECK(run.passed() == 1);
    CHECK(run.failed() == 0);
}

TEST_CASE("checks are made as often as is asked, and must come out the same", "[check]") {
    CheckRun run("", 2, 4);
    std::atomic<int> times = 0;
    std::atomic<int> other_times = 0;
    const auto ways = [&]() -> std::optional<std::string> {
        return ++other_times % 2 == 0 ? "one way:\nso" : "another way:\nso";
    };
    run.run("some", {{"good",
                      [&] {
                          ++times;
                          return std::optional<std::string>();
                      }},
                     {"bad", [] { return std::optional<std::string>("why"); }},
                     {"now and then", ways}});
    CHECK(times == 4);
    CHECK(other_times == 4);
    CHECK(run.passed() == 1);
    CHECK(run.failed() == 2);
}

TEST_CASE("what may come out otherwise by chance is made again, but not when chance is looked for",
          "[check]") {
    std::atomic<int> times = 0;
    // Fails at its first run, and at its fourth and fifth.
    const auto at_first = [&]() -> std::optional<std::string> {
        const int time = ++times;
        return time == 1 || time >= 4 ? std::optional<std::string>("why") : std::nullopt;
    };
    const std::vector<Check> checks{{"rarely", at_first, 2}};
    CheckRun once("", 1);
    once.run("some", checks);
    CHECK(times == 3);
    CHECK(once.failed() == 0);

    CheckRun again("", 1);
    again.run("some", checks);
    CHECK(times == 5);
    CHECK(again.failed() == 1);

    times = 0;
    CheckRun strict("", 1, 2);
    strict.run("some", checks);
    CHECK(times == 2);
    CHECK(strict.failed() == 1);
}
