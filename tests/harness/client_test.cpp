// A program as a client of the test: its stdin, its stdout, its connection.

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "expect_failure.hpp"
#include "harness/programs/tool.hpp"
#include "harness/wire/listener.hpp"

using namespace harness;
using Catch::Matchers::ContainsSubstring;

namespace {

/// `cat` is the simplest program with a stdin and a stdout.
Process cat() { return Tool("cat", "coreutils").run({}); }

Process toy_client(const std::string& misbehaviour, const Listener& listener) {
    return Process({.name = "toy",
                    .arguments = {misbehaviour, std::to_string(listener.port())},
                    .input = true});
}

}  // namespace

TEST_CASE("what is typed is read, and what is printed is expected", "[client]") {
    auto process = cat();
    process.type("one\n");
    process.expect_output("one\n");
    const auto data = random_bytes(300000);  // more than a pipe holds
    process.type(data);
    process.expect_output(data);
    process.expect_no_output();
    process.expect_running();
    process.end_input();
    process.expect_exit(0);
}

TEST_CASE("a wrong byte on stdout is OUTPUT", "[client]") {
    const auto failure = failure_of([] {
        auto process = cat();
        process.type("abc");
        process.expect_output("abd");
    });
    CHECK(failure.verdict == Verdict::output);
    CHECK_THAT(failure.says, ContainsSubstring("on stdout of cat byte 3 of 3 bytes differs"));
}

TEST_CASE("output that does not come is NO_REPLY, and OUTPUT from a program that has ended",
          "[client]") {
    CHECK(failure_of([] {
              auto process = cat();
              process.type("abc");
              process.expect_output("abcdef");
          }).verdict == Verdict::no_reply);
    CHECK(failure_of([] {
              auto process = cat();
              process.type("abc");
              process.end_input();
              process.expect_output("abcdef");
          }).verdict == Verdict::output);
}

TEST_CASE("a program that ends is not running", "[client]") {
    const auto failure = failure_of([] {
        auto process = cat();
        process.end_input();
        process.expect_running();
    });
    CHECK(failure.verdict == Verdict::exited);
}

TEST_CASE("stdin that nobody reads harms nobody", "[client]") {
    auto process = Tool("true", "coreutils").run({});
    process.type(Bytes(1U << 20U));
    process.end_input();
    process.expect_exit(0);
}

TEST_CASE("a client that connects is a peer", "[client]") {
    Listener listener;
    auto client = toy_client("greets", listener);
    auto server = listener.accept();
    server.expect("hello");
    server.send("hello yourself");
    server.expect_end();
}

TEST_CASE("a client that sleeps instead of connecting is HANG, one that has ended EXITED",
          "[client]") {
    CHECK(failure_of([] {
              Listener listener;
              auto client = toy_client("ignores-sigterm", listener);
              auto server = listener.accept();
          }).verdict == Verdict::hang);
    CHECK(failure_of([] {
              Listener listener;
              auto client = toy_client("exit-3", listener);
              auto server = listener.accept();
          }).verdict == Verdict::exited);
}

TEST_CASE("too many bytes from a client are not called an echo", "[client]") {
    const auto failure = failure_of([] {
        Listener listener;
        auto client = toy_client("greets", listener);
        auto server = listener.accept();
        server.expect("hell");
        explain(Concept::names, "as the test explains");
        server.expect_nothing_more();
    });
    CHECK(failure.verdict == Verdict::wrong_bytes);
    CHECK(failure.means == "as the test explains");
}

TEST_CASE("descriptors that stay open are LEAK", "[client]") {
    auto process = cat();
    process.await_rest();
    const std::size_t open = process.observe().descriptors();
    process.expect_descriptors(open);
    const auto failure = failure_of([&] { process.expect_descriptors(open - 1); });
    CHECK(failure.verdict == Verdict::leak);
}

TEST_CASE("a program that is suspended stands still, and goes on where it was", "[client]") {
    auto process = cat();
    process.await_rest();
    process.suspend();
    CHECK(process.observe().is_stopped());
    process.type("one\n");
    process.resume();
    process.expect_output("one\n");
}

TEST_CASE("a program that should end and spins is BUSY", "[client]") {
    const auto failure = failure_of([] {
        auto server = toy_server("spins");
        auto client = server.connect();
        server.process().expect_exit(0);
    });
    CHECK(failure.verdict == Verdict::busy);
}

TEST_CASE("a tool that cannot start is SKIPPED, whatever the check was about", "[client]") {
    const auto failure = failure_of([] {
        auto shell = Tool("sh", "dash").run({"-c", "no-such-program-anywhere"});
        (void)announced_port(shell);
    });
    CHECK(failure.verdict == Verdict::skipped);
    CHECK_THAT(failure.says, ContainsSubstring("sh does not run on this machine"));
}

TEST_CASE("a tool says its port, or the test is wrong", "[client]") {
    auto right = Tool("echo", "coreutils").run({"4711"});
    CHECK(announced_port(right) == 4711);
    CHECK(failure_of([] {
              auto wrong = Tool("echo", "coreutils").run({"no port"});
              (void)announced_port(wrong);
          }).verdict == Verdict::test_bug);
}

TEST_CASE("what a program of the system's does is no failure of the student's", "[client]") {
    auto shell = Tool("sh", "dash").run({"-c", "sleep 60 & kill -SEGV $$"});
    shell.await_rest();
    SUCCEED();
}
