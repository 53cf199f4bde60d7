#include "harness/wire/peer.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "expect_failure.hpp"

using namespace harness;
using Catch::Matchers::ContainsSubstring;

namespace {

/// What becomes of a client that sends a line of 26 letters and expects it back.
Failure after_a_line(const std::string& misbehaviour) {
    return failure_of([&] {
        auto server = toy_server(misbehaviour);
        auto client = server.connect();
        client.send("abcdefghijklmnopqrstuvwxyz");
        client.expect("abcdefghijklmnopqrstuvwxyz");
        client.expect_nothing_more();
    });
}

}  // namespace

TEST_CASE("a right echo satisfies every check", "[peer]") {
    auto server = toy_server("echo");
    auto client = server.connect();
    const auto data = random_bytes(300000);

    client.send("one");
    client.expect("one");
    client.expect_open();
    client.send(data);
    client.expect(data);
    client.expect_nothing_more();
    client.send("rest");
    client.half_close();
    client.expect("rest");
    client.expect_end();
}

TEST_CASE("a wrong byte is WRONG_BYTES", "[peer]") {
    const auto failure = after_a_line("changes-byte");
    CHECK(failure.verdict == Verdict::wrong_bytes);
    CHECK_THAT(failure.says, ContainsSubstring("byte 21 of 26"));
}

TEST_CASE("a byte too many is WRONG_BYTES", "[peer]") {
    const auto failure = after_a_line("adds");
    CHECK(failure.verdict == Verdict::wrong_bytes);
    CHECK_THAT(failure.says, ContainsSubstring("1 byte more than are due: \"!\""));
}

TEST_CASE("an end instead of an answer is CLOSED_EARLY, a reset RESET", "[peer]") {
    CHECK(after_a_line("closes").verdict == Verdict::closed_early);
    CHECK(after_a_line("resets").verdict == Verdict::reset);
}

TEST_CASE("an end of the program outranks the end of the connection", "[peer]") {
    CHECK(after_a_line("exits-amid").verdict == Verdict::exited);
    CHECK(after_a_line("dies-of-sigpipe").verdict == Verdict::sigpipe);
}

TEST_CASE("a connection that is left open has not ended", "[peer]") {
    const auto failure = failure_of([] {
        auto server = toy_server("silent");
        auto client = server.connect();
        client.half_close();
        client.expect_end();
    });
    CHECK_THAT(failure.says, ContainsSubstring("not closed"));
}

TEST_CASE("pieces are read one by one", "[peer]") {
    auto server = toy_server("counts-reads");
    auto client = server.connect();
    const auto data = random_bytes(12);

    SECTION("of one byte") {
        client.send_in_pieces(data, [] { return 1; });
        client.expect("1 1 1 1 1 1 1 1 1 1 1 1 ");
    }
    SECTION("of five") {
        client.send_in_pieces(data, [] { return 5; });
        client.expect("5 5 2 ");
    }
}

TEST_CASE("it is known how much of what was sent a program has read", "[peer]") {
    auto server = toy_server("counts-reads");
    auto client = server.connect();
    client.send("hello");
    client.expect("5 ");
    CHECK(client.read_by_program() == 5);
    server.process().suspend();
    client.send("unread");
    CHECK(client.read_by_program() == 5);
    server.process().resume();
    client.expect("6 ");
    CHECK(client.read_by_program() == 11);
}

TEST_CASE("of several failures the first concept is told", "[peer]") {
    TestRun& run = current_run();
    run.add({.verdict = Verdict::no_reply, .says = "later", .idea = Concept::bytes});
    run.add({.verdict = Verdict::output, .says = "first", .idea = Concept::return_values});
    run.add({.verdict = Verdict::reset, .says = "last", .idea = Concept::streams});
    CHECK(run.take_failure()->says == "first");
    SUCCEED();
}
