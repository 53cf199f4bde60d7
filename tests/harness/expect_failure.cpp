#include "expect_failure.hpp"

#include <catch2/catch_test_macros.hpp>

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

Server toy_server(const std::string& misbehaviour) { return Program("toy").listen({misbehaviour}); }

Process toy(const std::string& misbehaviour) { return Program("toy").run({misbehaviour}); }

Server datagram_server(const std::string& misbehaviour) {
    return Program("datagram_toy").listen({misbehaviour});
}
