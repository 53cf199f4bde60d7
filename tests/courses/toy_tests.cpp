// The tests of lab 01-toy, of which the toy courses are made; compiled once for all of them. Those
// at the end are not right: a broken course asks for one of them.

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <string_view>

#include "harness/programs/program.hpp"

using namespace harness;

TEST_CASE("whoever has said hello has done well", "[hello]") {
    explain(Concept::return_values, "exit status 0 says that all went well");
    auto greet = Program("greet").run({"hello"});

    greet.expect_exit(0);
}

TEST_CASE("hello is said", "[hello]") {
    explain(Concept::program_contract, "hello is said with an o, and a newline behind it");
    auto greet = Program("greet").run({"hello"});

    greet.expect_output("hello\n");
}

TEST_CASE("a word is said twice", "[twice]") {
    const std::string word = std::to_string(random_number(1000, 9999));
    explain(Concept::bytes, "the word comes twice, with a blank between");
    auto greet = Program("greet").run({"twice", word});

    greet.expect_output(word + ' ' + word + '\n');
}

namespace {

/// A test that is there only when TOY_TEST names it.
class Extra {
public:
    Extra(std::string_view name, void (*test)(), const char* claim, const char* tags) {
        const char* wanted = std::getenv("TOY_TEST");
        if (wanted == nullptr || wanted != name) return;
        const Catch::AutoReg add(Catch::makeTestInvoker(test), CATCH_INTERNAL_LINEINFO, {},
                                 {claim, tags});
    }
};

void look_for_hello() { Program("greet").run({"hello"}).expect_output("hello\n"); }

bool has_run = false;

const Extra no_claim(
    "no-claim", [] { auto greet = Program("greet").run({"hello"}); }, "greet can be started",
    "[hello]");
const Extra two_stages("two-stages", look_for_hello, "hello is two ideas", "[hello][twice]");
const Extra unknown_stage("unknown-stage", look_for_hello, "hello is no idea", "[helo]");
const Extra never_fails(
    "never-fails", [] { Program("greet").run({"help"}).expect_no_output(); }, "help is no greeting",
    "[hello]");
const Extra unsaid(
    "unsaid",
    [] {
        explain(Concept::streams, "nobody is ever told this");
        auto greet = Program("greet").run({"hello"});
        explain(Concept::program_contract, "hello is said with an o, and a newline behind it");
        greet.expect_output("hello\n");
    },
    "hello is explained", "[hello]");
const Extra first_of_two(
    "needs-another",
    [] {
        has_run = true;
        look_for_hello();
    },
    "hello is said first", "[hello]");
const Extra second_of_two(
    "needs-another",
    [] {
        if (!has_run) fail({.says = "nobody has said hello before"});
        look_for_hello();
    },
    "hello is said next", "[hello]");

}  // namespace
