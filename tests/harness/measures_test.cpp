// What a program takes: limits that it meets, and what a test measures of it.

#include <sys/resource.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "expect_failure.hpp"

using namespace harness;
using Catch::Matchers::ContainsSubstring;
using std::chrono::milliseconds;

namespace {

constexpr std::size_t mib = 1U << 20U;

Process greedy(const std::string& way, Limits limits = {}) {
    return Process({.name = "greedy", .arguments = {way}, .input = true, .limits = limits});
}

/// The same, once it has taken what it takes.
void expect_line(Process& process, const std::string& line) {
    REQUIRE(process.next_line(patience::to_start) == line);
}

}  // namespace

TEST_CASE("a program meets its limit of descriptors", "[limits]") {
    auto process = greedy("descriptors", {.descriptors = 32});
    expect_line(process, "29 Too many open files");
}

TEST_CASE("a limit is an option of a program, as faults are", "[limits]") {
    auto process = Program("greedy").with({.descriptors = 32}).run({"descriptors"});
    expect_line(process, "29 Too many open files");
}

TEST_CASE("a limit of descriptors may be higher than our own", "[limits]") {
    rlimit ours{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &ours) == 0);
    const rlim_t more = std::min<rlim_t>(ours.rlim_cur + 100, ours.rlim_max);
    auto process = greedy("descriptors", {.descriptors = more});
    expect_line(process, std::to_string(more - 3) + " Too many open files");
}

TEST_CASE("a limit of descriptors that this machine does not allow is SKIPPED", "[limits]") {
    rlimit ours{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &ours) == 0);
    if (ours.rlim_max == RLIM_INFINITY) SKIP("there is no hard limit of descriptors here");
    const auto failure =
        failure_of([&] { auto process = greedy("nothing", {.descriptors = ours.rlim_max + 1}); });
    CHECK(failure.verdict == Verdict::skipped);
    CHECK_THAT(failure.says, ContainsSubstring("this machine allows a program"));
}

TEST_CASE("a program meets its limit of a file's size as an error", "[limits]") {
    auto process = greedy("file", {.file_size = 65536});
    expect_line(process, "65536 File too large");
}

TEST_CASE("a program meets its limit of memory as an error", "[limits]") {
    auto process = greedy("address-space", {.address_space = 512 * mib});
    expect_line(process, "Cannot allocate memory");
    auto free = greedy("address-space");
    expect_line(free, "mapped");
}

TEST_CASE("a program that takes ever more is stopped: LIMIT", "[limits]") {
    struct Case {
        const char* way;
        const char* excess;
    };
    const auto [way, excess] =
        GENERATE(Case{"all-memory", "MiB of memory, and was stopped"},
                 Case{"processes", "processes and threads, and was stopped"});
    const auto failure = failure_of([way = way] {
        auto process = greedy(way);
        process.expect_exit(0, std::chrono::seconds(30));
    });
    CHECK(failure.verdict == Verdict::limit);
    CHECK_THAT(failure.says, ContainsSubstring(excess));
}

TEST_CASE("threads are counted", "[measures]") {
    auto process = greedy("threads");
    expect_line(process, "started");
    process.expect_threads(5);
    const auto failure = failure_of([&] { process.expect_threads(4); });
    CHECK(failure.verdict == Verdict::leak);
    CHECK_THAT(failure.says, ContainsSubstring("it has 5 threads, where 4 were enough"));
}

TEST_CASE("the most memory that was in use is known", "[measures]") {
    auto process = greedy("some-memory");
    expect_line(process, "taken");
    process.expect_peak_memory(80 * mib);
    const auto failure = failure_of([&] { process.expect_peak_memory(60 * mib); });
    CHECK(failure.verdict == Verdict::limit);
    CHECK_THAT(failure.says, ContainsSubstring("60 MiB are enough"));
}

TEST_CASE("a program that sleeps is idle, and that is known at once", "[measures]") {
    auto process = greedy("nothing");
    expect_line(process, "ready");
    const Deadline soon(milliseconds(5000));
    process.expect_idle(milliseconds(20000), milliseconds(20));
    CHECK_FALSE(soon.passed());
}

TEST_CASE("a program that has nothing to do and computes is BUSY", "[measures]") {
    const std::string way = GENERATE("looks-round", "spins");
    auto process = greedy(way);
    expect_line(process, "ready");
    const auto failure =
        failure_of([&] { process.expect_idle(milliseconds(500), milliseconds(0)); });
    CHECK(failure.verdict == Verdict::busy);
    CHECK_THAT(failure.says, ContainsSubstring("greedy.cpp:"));
}

TEST_CASE("it is known how much of its stdin a program has read", "[measures]") {
    auto process = greedy("ten-bytes");
    process.type(std::string(200'000, 'x'));
    expect_line(process, "read");
    CHECK(process.input_read() == 10);
}
