// Stage send-all: a send may take less than it is offered. On one's own machine a blocking send
// hardly ever does, so it is made to.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "harness/programs/program.hpp"

using namespace harness;

namespace {

Server server_whose_send_takes(Takes takes) {
    explain(Concept::sending,
            "send takes what there is room for, and returns how much that was: offer the rest "
            "again, until nothing is left");
    return Program("echo_server").with({.calls = {{.call = Calls::send, .takes = takes}}}).listen();
}

void explain_slow_client() {
    explain(Concept::sending,
            "a client that does not read keeps send waiting, or makes it take a part: every byte "
            "still belongs to the client");
}

}  // namespace

TEST_CASE("a send that takes one byte loses none", "[send-all]") {
    auto server = server_whose_send_takes(Takes::one_byte);
    auto client = server.connect();
    const auto message = random_bytes(100);

    client.send(message);
    client.expect(message);
    client.expect_nothing_more();
}

TEST_CASE("a send that takes a part loses nothing, message after message", "[send-all]") {
    auto server = server_whose_send_takes(Takes::a_part);
    auto client = server.connect();

    for (const std::size_t size : {100U, 4096U, 20000U}) {
        const auto message = random_bytes(size);
        client.send(message);
        client.expect(message);
    }
    client.half_close();
    client.expect_end();
}

TEST_CASE("a client that reads slowly gets every byte", "[send-all]") {
    explain_slow_client();
    auto server = Program("echo_server").listen();
    auto client = server.connect();
    client.keep_buffer_small();
    const auto data = random_bytes(16U << 20U);

    client.send_and_read_slowly(data);
    client.half_close();
    client.expect_slowly(data);
    client.expect_end();
}

TEST_CASE("what is still to be sent when a client has finished is sent", "[send-all]") {
    explain_slow_client();
    auto server = Program("echo_server").with({.send_buffer = 1 << 15}).listen();
    auto client = server.connect();
    client.keep_buffer_small();
    const auto data = random_bytes(16U << 20U);

    const std::size_t sent = client.send_until_blocked(data);
    client.half_close();
    client.expect_slowly(std::span(data).first(sent));
    client.expect_end();
}

TEST_CASE("a client that does not read is waited for, and that takes no time on a core",
          "[send-all]") {
    explain(Concept::sending,
            "send waits by itself until there is room: without a time limit, and without being "
            "asked again and again");
    auto server =
        Program("echo_server").with({.time_runs_out = true, .send_buffer = 1 << 15}).listen();
    auto client = server.connect();
    client.keep_buffer_small();
    const auto data = random_bytes(16U << 20U);

    const std::size_t sent = client.send_until_blocked(data);
    server.process().expect_idle();
    client.half_close();
    client.expect_slowly(std::span(data).first(sent));
    client.expect_end();
}
