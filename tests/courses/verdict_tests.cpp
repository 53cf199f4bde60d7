// The tests of lab 02-verdicts of the toy course `verdicts`: for the verdicts that no program of
// the real labs shows yet.

#include <catch2/catch_test_macros.hpp>

#include "harness/programs/folder.hpp"
#include "harness/programs/program.hpp"
#include "harness/programs/tool.hpp"

using namespace harness;

namespace {

std::string word_of(const std::string& verb) {
    auto keeper = Program("keeper").run({verb});
    const auto word = keeper.next_line(patience::to_answer);
    if (!word) fail({.says = "it says nothing"});
    return *word;
}

}  // namespace

TEST_CASE("a text is kept in its file, and nothing else is left", "[keep]") {
    explain(Concept::program_contract, "the folder holds the file `text`, and no other");
    const Folder folder;
    auto keeper = Program("keeper").run({"keep", folder.path()});

    keeper.expect_exit(0);
    folder.expect({{"text", "kept\n"}});
}

TEST_CASE("a tool that is asked for is there", "[keep]") {
    auto tool = Tool(word_of("needs"), "in no package").run({"-c", "echo well"});
    tool.expect_output("well\n");
}

TEST_CASE("a word is short", "[keep]") {
    // A mistake in a test: what a program says must never be a condition of its own.
    REQUIRE(word_of("says").size() < 10);
}
