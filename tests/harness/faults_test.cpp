#include "harness/faults.hpp"

#include <netdb.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <csignal>
#include <cstdlib>

#include "expect_failure.hpp"

using namespace harness;
using Catch::Matchers::ContainsSubstring;

namespace {

/// Each program is built three times: faults must reach it beside any sanitizer.
std::string any_build() { return GENERATE("faulted", "faulted_asan", "faulted_tsan"); }

/// A program that makes one call under faults.
Process make(const std::string& build, const std::string& call, Faults faults) {
    ::setenv("LAB_PROGRAMS", TOYS, 1);
    return Program(build).with(std::move(faults)).run({call});
}

Process resolve(const std::string& build, Faults::Answer answer) {
    return make(build, "resolve", {.names = {{"lab.test", std::move(answer)}}});
}

}  // namespace

TEST_CASE("each call that sends is cut short", "[faults]") {
    const std::string build = any_build();
    for (const std::string call : {"send", "sendto", "sendmsg", "write", "writev"}) {
        INFO(build << ' ' << call);
        auto process = make(build, call, {.sends = Faults::Sends::one_byte});
        CHECK(process.next_line(patience::to_start) == "1");
        CHECK(process.faults().about_sends() == "send accepted only 1 of 100 bytes");
    }
}

TEST_CASE("a send takes a part, never all and never nothing", "[faults]") {
    for (int i = 0; i < 20; ++i) {
        auto process = make("faulted", "writev", {.sends = Faults::Sends::a_part});
        const int taken = std::stoi(process.next_line(patience::to_start).value());
        CHECK(taken >= 1);
        CHECK(taken < 100);
    }
}

TEST_CASE("what is no socket takes everything", "[faults]") {
    const auto failure = failure_of([] {
        auto process = make("faulted", "write-to-pipe", {.sends = Faults::Sends::one_byte});
        CHECK(process.next_line(patience::to_start) == "100");
        process.expect_exit(0);
    });
    CHECK(failure.verdict == Verdict::test_bug);
    CHECK_THAT(failure.says, ContainsSubstring("no send was cut short"));
}

TEST_CASE("the first clients are gone when they are accepted", "[faults]") {
    ::setenv("LAB_PROGRAMS", TOYS, 1);
    const std::string call = GENERATE("accept", "accept4");
    auto server = Program(any_build()).with({.aborted_accepts = 1}).listen({call});
    auto gone = server.connect();
    gone.expect_end();
    CHECK(server.process().next_line(patience::to_answer) == "Software caused connection abort");
    auto next = server.connect();
    CHECK(server.process().next_line(patience::to_answer) == "a client");
}

TEST_CASE("an address is refused as it was ordered", "[faults]") {
    const std::string build = any_build();
    CHECK(make(build, "bind", {.bind_error = EACCES}).next_line(patience::to_start) ==
          "Permission denied");
    CHECK(make(build, "bind", {}).next_line(patience::to_start) == "bound");
}

TEST_CASE("the resolver gives the addresses of a name in their order", "[faults]") {
    const std::string build = any_build();
    CHECK(resolve(build, {.addresses = {"::1", "127.0.0.1", "10.1.2.3"}})
              .next_line(patience::to_start) == "::1 127.0.0.1 10.1.2.3 ");
    CHECK(resolve(build, {.error = EAI_AGAIN}).next_line(patience::to_start) ==
          ::gai_strerror(EAI_AGAIN));
}

TEST_CASE("a name that is never asked for is a mistake of the test", "[faults]") {
    const auto failure = failure_of([] {
        auto process = make("faulted", "resolve-other", {.names = {{"lab.test", {}}}});
        CHECK(process.next_line(patience::to_start) == "127.0.0.9 ");
        process.expect_exit(0);
    });
    CHECK(failure.verdict == Verdict::test_bug);
}

TEST_CASE("a handled signal interrupts a call", "[faults]") {
    auto process = make(any_build(), "receive", {.handled_signal = SIGWINCH});
    CHECK(process.next_line(patience::to_start) == "waiting");
    process.await_rest();
    process.interrupt();
    CHECK(process.next_line(patience::to_answer) == "Interrupted system call");
    CHECK(process.faults().signals_handled() >= 1);
}

TEST_CASE("SIGPIPE is told with the line where it struck", "[faults]") {
    const std::string build = any_build();
    const auto failure = failure_of([&] {
        auto process = make(build, "send-to-nobody", {});
        process.expect_exit(0);
    });
    INFO(build);
    CHECK(failure.verdict == Verdict::sigpipe);
    CHECK_THAT(failure.says, ContainsSubstring("send_to_nobody, faulted.cpp:"));
}

TEST_CASE("a program that ignores SIGPIPE goes on", "[faults]") {
    auto process = make(any_build(), "send-to-nobody-ignoring", {});
    CHECK(process.next_line(patience::to_start) == "Broken pipe");
    process.expect_exit(0);
}

TEST_CASE("a child that SIGPIPE kills is the program's own affair", "[faults]") {
    auto process = make("faulted", "send-to-nobody-in-child", {});
    process.expect_exit(0);
}
