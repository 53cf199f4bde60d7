#include "runner/testing/test_report.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

using namespace runner;
using Catch::Matchers::ContainsSubstring;

namespace {

const Stage stage{.id = "echo-once", .title = "Say it back", .points = 10};

TestRecord record(std::string test, std::string verdict, int concept_number = 1) {
    return {.test = std::move(test),
            .stage = "echo-once",
            .verdict = std::move(verdict),
            .says = "what was seen",
            .concept_number = concept_number};
}

enum class Marked { no, yes };

StageResult verdict_on(std::vector<TestRecord> records, Marked marked = Marked::no,
                       std::string broken = {}) {
    return judge(stage, {"one", "two"},
                 {.records = std::move(records), .broken = std::move(broken)},
                 marked == Marked::yes);
}

}  // namespace

TEST_CASE("a stage passes when every expected test has passed", "[judge]") {
    CHECK(verdict_on({record("one", "PASS"), record("two", "PASS")}).verdict == "PASS");
}

TEST_CASE("a mark that still stands does not spoil a pass", "[judge]") {
    CHECK(verdict_on({record("one", "PASS"), record("two", "PASS")}, Marked::yes).verdict ==
          "PASS");
}

TEST_CASE("a test that has not reported is a fault of the course, never a pass", "[judge]") {
    const auto result = verdict_on({record("one", "PASS")});
    CHECK(result.verdict == "TEST_BUG");
    CHECK_THAT(result.told.says, ContainsSubstring("\"two\" has not reported"));
    CHECK(verdict_on({}).verdict == "TEST_BUG");
    CHECK(judge(stage, {}, {}, false).verdict == "TEST_BUG");
}

TEST_CASE("a run that did not come to its end is never a pass", "[judge]") {
    const auto result =
        verdict_on({record("one", "PASS"), record("two", "PASS")}, Marked::no, "killed");
    CHECK(result.verdict == "TEST_BUG");
    CHECK(result.told.says == "killed");
}

TEST_CASE("records of other stages do not count", "[judge]") {
    TestRecord other = record("two", "PASS");
    other.stage = "listen";
    CHECK(verdict_on({record("one", "PASS"), other}).verdict == "TEST_BUG");
}

TEST_CASE("of several failures the first concept is told", "[judge]") {
    const auto result = verdict_on({record("one", "NO_REPLY", 5), record("two", "OUTPUT", 2)});
    CHECK(result.verdict == "OUTPUT");
    CHECK(result.told.test == "two");
    CHECK(verdict_on({record("one", "RESET", 5), record("two", "HANG", 5)}).told.test == "one");
}

TEST_CASE("what the machine lacks is told only if nothing is wrong", "[judge]") {
    CHECK(verdict_on({record("one", "SKIPPED", 1), record("two", "RESET", 5)}).verdict == "RESET");
    CHECK(verdict_on({record("one", "SKIPPED", 1), record("two", "PASS")}).verdict == "SKIPPED");
}

TEST_CASE("a stage of which something was skipped names all that is missing", "[judge]") {
    TestRecord no_socat = record("one", "SKIPPED");
    no_socat.says = "this machine has no socat";
    TestRecord no_nc = record("two", "SKIPPED");
    no_nc.says = "this machine has no nc";
    const auto result = verdict_on({no_socat, no_nc});
    CHECK(result.verdict == "SKIPPED");
    CHECK(result.told.says == "this machine has no socat");
    CHECK(result.told.details == std::vector<std::string>{"this machine has no nc"});
}

TEST_CASE("a failure under a standing mark is NOT_STARTED, but a fault of the course is not hidden",
          "[judge]") {
    CHECK(verdict_on({record("one", "HANG"), record("two", "PASS")}, Marked::yes).verdict ==
          "NOT_STARTED");
    CHECK(verdict_on({record("one", "TEST_BUG"), record("two", "HANG")}, Marked::yes).verdict ==
          "TEST_BUG");
}
