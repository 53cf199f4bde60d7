// What is told of a program that a signal has killed.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <csignal>

#include "expect_failure.hpp"
#include "faulted_program.hpp"
#include "harness/programs/tool.hpp"

using namespace harness;
using Catch::Matchers::ContainsSubstring;

namespace {

Failure failure_when_making(const std::string& build, const std::string& call) {
    return failure_of([&] {
        auto process = make(build, {call});
        process.expect_exit(0);
    });
}

bool tells(const Failure& failure, const std::string& text) {
    return std::any_of(
        failure.details.begin(), failure.details.end(),
        [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

}  // namespace

TEST_CASE("SIGPIPE is told with the line where it struck", "[crash]") {
    const std::string build = any_build();
    const auto failure = failure_when_making(build, "send to nobody");
    INFO(build);
    CHECK(failure.verdict == Verdict::sigpipe);
    CHECK_THAT(failure.says, ContainsSubstring("send_to_nobody, crashes.cpp:"));
}

TEST_CASE("an exception that nobody has caught is told with its place and its words", "[crash]") {
    const std::string build = any_build();
    const auto failure = failure_when_making(build, GENERATE("throw", "throw in a thread"));
    INFO(build << ' ' << failure.says);
    CHECK(failure.verdict == Verdict::crash);
    CHECK_THAT(failure.says, ContainsSubstring("SIGABRT in faulted::parse_nothing, crashes.cpp:"));
    CHECK(tells(failure, "std::invalid_argument"));
    CHECK(tells(failure, "what():  stoi"));
}

TEST_CASE("an assertion is told with its place, its words and its callers", "[crash]") {
    const auto failure = failure_when_making(any_build(), "assert");
    CHECK_THAT(failure.says, ContainsSubstring("SIGABRT in ") && ContainsSubstring("crashes.cpp:"));
    CHECK(tells(failure, "Assertion `holds' failed"));
    CHECK(tells(failure, "in main, main.cpp:"));
}

TEST_CASE("a signal of the processor is told with the line where it struck", "[crash]") {
    const auto [call, says] = GENERATE(
        std::pair("write nowhere", "SIGSEGV in faulted::write_nowhere, crashes.cpp:"),
        std::pair("recursion without end", "SIGSEGV in faulted::call_itself, crashes.cpp:"),
        std::pair("divide by zero", "SIGFPE in faulted::divide_by_zero, crashes.cpp:"),
        std::pair("no instruction", "SIGILL in faulted::run_what_is_no_instruction, crashes.cpp:"));
    const auto failure = failure_when_making("faulted", call);
    CHECK(failure.verdict == Verdict::crash);
    CHECK_THAT(failure.says, ContainsSubstring(says));
    CHECK(failure.details.size() < 10);
}

TEST_CASE("a sanitizer that handles a signal goes on doing so", "[crash]") {
    const std::string build = GENERATE("faulted_asan", "faulted_tsan");
    const auto failure = failure_when_making(build, "write nowhere");
    CHECK(failure.verdict == Verdict::sanitizer);
    CHECK_THAT(failure.says, ContainsSubstring("Sanitizer: SEGV"));
}

TEST_CASE("a program that handles or ignores a signal goes on doing so", "[crash]") {
    const std::string build = any_build();
    auto ignoring = make(build, {"send to nobody, ignoring it"});
    CHECK(ignoring.next_line(patience::to_start) == "EPIPE");
    ignoring.expect_exit(0);
    auto handling = make(build, {"write nowhere, with a handler"});
    handling.expect_exit(40 + SIGSEGV);
}

TEST_CASE("a child that a signal kills is the program's own affair", "[crash]") {
    auto process = make(any_build(), {"send to nobody in a child"});
    process.expect_exit(0);
    CHECK(process.faults().stack_of(SIGPIPE).empty());
}

TEST_CASE("a child's crash is not taken for its parent's", "[crash]") {
    const auto failure = failure_when_making("faulted", "abort in a child, then here");
    CHECK_THAT(failure.says, ContainsSubstring("in faulted::parse_nothing"));
}

TEST_CASE("another program in the same process may crash as well", "[crash]") {
    const auto failure = failure_when_making("faulted", "execute another program");
    CHECK(failure.verdict == Verdict::crash);
    CHECK_THAT(failure.says, ContainsSubstring("died of SIGABRT"));
}

TEST_CASE("signals and children of a program in Python behave as ever", "[crash]") {
    (void)Tool("python3", "python3");
    auto process = Program("signals_in_python").run({});
    // On some machines it starts behind a script that looks for it first.
    process.expect_exit(0, 4 * patience::to_start);
    CHECK(process.next_line(patience::to_answer) == "well");
}
