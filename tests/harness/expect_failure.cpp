#include "expect_failure.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>

using namespace harness;

Failure failure_of(const std::function<void()>& part) {
    try {
        part();
    } catch (const TestFailed&) {
        // What it says is in the run.
    }
    auto failure = current_run().take_failure();
    REQUIRE(failure.has_value());
    return *failure;
}

Server toy_server(const std::string& misbehaviour) {
    ::setenv("LAB_PROGRAMS", TOYS, 1);
    return Program("toy").listen({misbehaviour});
}

Process toy(const std::string& misbehaviour) {
    ::setenv("LAB_PROGRAMS", TOYS, 1);
    return Program("toy").run({misbehaviour});
}
