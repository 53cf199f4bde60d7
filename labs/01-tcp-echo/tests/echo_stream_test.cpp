// Stage echo-stream: the connection is a stream of bytes, cut anywhere, until the client has
// finished.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "harness/programs/program.hpp"

using namespace harness;

namespace {

constexpr std::size_t mebibyte = 1U << 20U;

void explain_stream() {
    explain(Concept::streams,
            "one recv is not one message: go on receiving and sending until recv returns 0");
}

void explain_end() {
    explain(Concept::end_of_stream,
            "0 from recv means that the client has finished: whatever it sent before goes back, "
            "then close its connection");
}

}  // namespace

TEST_CASE("the server answers message after message", "[echo-stream]") {
    explain_stream();
    auto server = Program("echo_server").listen();
    auto client = server.connect();

    for (const std::string_view message : {"one\n", "two\n", "three\n"}) {
        client.send(message);
        client.expect(message);
        client.expect_open();
    }
}

TEST_CASE("a message may come in pieces", "[echo-stream]") {
    explain_stream();
    auto server = Program("echo_server").listen();
    auto client = server.connect();

    SECTION("of one byte") {
        const auto message = random_bytes(100);
        client.send_in_pieces(message, [] { return 1; });
        client.expect(message);
    }
    SECTION("cut anywhere") {
        const auto message = random_bytes(20000);
        client.send_in_pieces(message, [] { return random_number(1, 5000); });
        client.expect(message);
    }
}

TEST_CASE("a mebibyte comes back whole", "[echo-stream]") {
    explain_stream();
    const auto data = random_bytes(mebibyte);
    auto server = Program("echo_server").listen();
    auto client = server.connect();

    client.send(data);
    client.expect(data);
}

TEST_CASE("who has finished sending still gets the rest", "[echo-stream]") {
    explain_end();
    const auto message = random_bytes(GENERATE(1U, 4096U, 100000U));
    auto server = Program("echo_server").listen();
    auto client = server.connect();

    client.send(message);
    client.half_close();
    client.expect(message);
    client.expect_end();
}

TEST_CASE("an empty conversation ends at once", "[echo-stream]") {
    explain_end();
    auto server = Program("echo_server").listen();
    auto client = server.connect();

    client.half_close();
    client.expect_end();
}

TEST_CASE("a client that is silent for long is waited for", "[echo-stream]") {
    explain(Concept::end_of_stream,
            "silence is not the end: only 0 from recv says that the client has finished, so wait "
            "for that without a time limit");
    auto server = Program("echo_server").with({.time_runs_out = true}).listen();
    auto client = server.connect();

    client.expect_open();
    client.send("one\n");
    client.expect("one\n");
    client.expect_open();
    client.send("two\n");
    client.expect("two\n");
    client.half_close();
    client.expect_end();
}

TEST_CASE("the server does not compute while a client is silent", "[echo-stream]") {
    explain(Concept::end_of_stream,
            "whoever waits lets recv wait, and does not ask again and again: a call that waits "
            "takes no time on a core");
    auto server = Program("echo_server").listen();
    auto client = server.connect();

    client.send("one\n");
    client.expect("one\n");
    server.process().expect_idle();
}
