#include "runner/verify/proof_page.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

using namespace runner;
using Catch::Matchers::ContainsSubstring;

namespace {

const Lab lab{.id = "01-x",
              .title = "X",
              .stages = {{.id = "say", .title = "Say"}, {.id = "hear", .title = "Hear"}}};

LabPage page() {
    return {.lab = &lab,
            .tests = {{"say", {"one | two", "nobody's"}}, {"hear", {"three"}}},
            .failures = {{"one | two", {{"b", How::at_times}, {"a", How::always}}},
                         {"three", {{"b", How::always}}}},
            .wrong = {{.name = "a", .verdict = "RESET"}, {.name = "b", .verdict = "CRASH"}},
            .excused = {}};
}

TestRecord failed(const std::string& test, const std::string& stage, const std::string& means) {
    return {.test = test, .stage = stage, .verdict = "RESET", .means = means};
}

}  // namespace

TEST_CASE("a page lists the tests in their order, and verdicts in that of telling", "[proof]") {
    const std::string text = draw_proof({page()});
    CHECK_THAT(text,
               ContainsSubstring("### 1.1 say\n\n| test case | wrong programs that fail it |\n"
                                 "| --- | --- |\n"
                                 "| one \\| two | [a](../tests/submissions/01-x/wrong/a.patch), "
                                 "[b](../tests/submissions/01-x/wrong/b.patch) at times |\n"
                                 "| nobody's |  |\n"));
    CHECK(text.find("| CRASH | 1 | [b]") < text.find("| RESET | 1 | [a]"));
    CHECK_THAT(text, ContainsSubstring("None: all that its tests explain"));
}

TEST_CASE("a sentence that cannot be said stands there with its reason", "[proof]") {
    LabPage excused = page();
    excused.excused = {{"a sentence", "a reason"}};
    CHECK_THAT(draw_proof({excused}), ContainsSubstring("- “a sentence”: a reason\n"));
}

TEST_CASE("what a page lists can be read again", "[proof]") {
    CHECK(read_proof(draw_proof({page()})) ==
          std::map<std::string, Failures>{{"01-x", page().failures}});
    CHECK(read_proof("").empty());
    CHECK(read_proof("## 01-x\n| nobody's |  |\n").empty());
}

TEST_CASE("the difference of two pages is told by its lines, but not by all of a hundred",
          "[proof]") {
    CHECK(differences("same\nold\n", "same\nnew\n") == "- old\n+ new");
    std::string many;
    for (int i = 0; i < 100; ++i) many += std::to_string(i) + '\n';
    CHECK_THAT(differences("", many), ContainsSubstring("+ 11\n… and 88 lines more"));
}

TEST_CASE("a proof knows who failed what, and what nobody was told", "[proof]") {
    LabProof proof;
    proof.add_solution({.records = {{.test = "t", .explained = {"first", "second"}}}});
    const WrongSubmission wrong{.name = "a", .stage = "say"};
    proof.add(wrong, {.records = {failed("t", "say", "first"), failed("u", "other", "second")}});
    proof.add(wrong, {.records = {{.test = "t", .stage = "say", .verdict = "PASS"}}});

    CHECK(proof.has_failed("t"));
    CHECK_FALSE(proof.has_failed("u"));
    CHECK(proof.runs().at("a").count == 2);
    CHECK(proof.runs().at("a").failures.at("t") == 1);
    CHECK(proof.announced() == std::vector<std::string>{"first", "second"});
    CHECK(proof.unsaid() == std::vector<std::string>{"second"});
}
