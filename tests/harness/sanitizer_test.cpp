// The reports of the sanitizers themselves, as a student is told them.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "expect_failure.hpp"
#include "harness/diagnosis/sanitizer_report.hpp"

using namespace harness;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::Matches;

namespace {

Failure failure_of_defect(const std::string& build, const std::string& defect) {
    return failure_of([&] {
        auto process = Program(build).run({defect});
        process.expect_exit(0, patience::to_start);
    });
}

}  // namespace

TEST_CASE("a data race is told as two places", "[sanitizer]") {
    const auto failure = failure_of_defect("defects_tsan", "race");
    CHECK(failure.verdict == Verdict::sanitizer);
    CHECK_THAT(failure.says, Matches("ThreadSanitizer: data race: read in .*read_total.*, "
                                     R"(defects\.cpp:\d+, by main thread, and write in )"
                                     R"(.*write_total.*, defects\.cpp:\d+, by thread T1)"));
    CHECK(failure.idea == Concept::threads);
}

TEST_CASE("any other report is told with its first place in the program", "[sanitizer]") {
    struct Case {
        const char* build;
        const char* defect;
        const char* says;
    };
    const auto [build, defect, says] = GENERATE(
        Case{"defects_tsan", "lock-order", "ThreadSanitizer: lock-order-inversion"},
        Case{"defects_asan", "overflow-buffer", "AddressSanitizer: heap-buffer-overflow in "},
        Case{"defects_asan", "overflow-int",
             "UndefinedBehaviorSanitizer: signed integer overflow: 2147483647 + 1"},
        Case{"defects_asan", "leak", "LeakSanitizer: detected memory leaks in "});
    const auto failure = failure_of_defect(build, defect);
    INFO(failure.says);
    CHECK(failure.verdict == Verdict::sanitizer);
    CHECK_THAT(failure.says, ContainsSubstring(says));
    CHECK_THAT(failure.says, Matches(R"(.*, defects\.cpp:\d+)"));
}

TEST_CASE("what a program says itself is no report", "[sanitizer]") {
    CHECK_FALSE(sanitizer_report("").has_value());
    CHECK_FALSE(sanitizer_report("AddressSanitizer is on\nerror: none\n").has_value());
    CHECK_FALSE(sanitizer_report(std::string(60000, 'x')).has_value());
}

TEST_CASE("a report without a place in the program is told all the same", "[sanitizer]") {
    const auto failure = sanitizer_report(
        "==7==ERROR: AddressSanitizer: SEGV on unknown address 0x0 (pc 0x1)\n"
        "    #0 0x1 in memcpy /usr/src/x.cpp:9\n");
    REQUIRE(failure.has_value());
    CHECK(failure->says == "AddressSanitizer: SEGV");
    CHECK(failure->details.empty());
}
