// Stage echo-once: what is sent at once comes back, byte for byte. One message a connection.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "harness/programs/program.hpp"

using namespace harness;

namespace {

void explain_bytes() {
    explain(Concept::bytes,
            "accept gives you the client's own socket; what recv took from it, send gives back: as "
            "many "
            "bytes as recv returned, whatever their values");
}

/// Any bytes, but not a zero first: a program that takes them for a text returns some of them, and
/// is told so.
Bytes any_message(std::size_t size) {
    auto message = random_bytes(size);
    if (message.front() == std::byte{0}) message.front() = std::byte{'x'};
    return message;
}

}  // namespace

TEST_CASE("the server returns what it is sent, byte for byte", "[echo-once]") {
    explain_bytes();
    const auto message = any_message(GENERATE(1U, 512U, 4096U));
    auto server = Program("echo_server").listen();
    auto client = server.connect();

    client.send(message);
    client.expect(message);
}

TEST_CASE("the server returns no more than it is sent", "[echo-once]") {
    explain_bytes();
    const auto message = any_message(GENERATE(5U, 512U));
    auto server = Program("echo_server").listen();
    auto client = server.connect();

    client.send(message);
    client.expect(message);
    client.expect_nothing_more();
}

TEST_CASE("a full buffer without a zero is no text either", "[echo-once]") {
    explain_bytes();
    auto message = random_bytes(4096);
    std::replace(message.begin(), message.end(), std::byte{0}, std::byte{'x'});
    auto server = Program("echo_server").listen();
    auto client = server.connect();

    client.send(message);
    client.expect(message);
}

TEST_CASE("no byte means anything to the server", "[echo-once]") {
    explain_bytes();
    const auto message =
        GENERATE(as<std::string_view>(), std::string_view("\0ab\0\xff\0", 6), "a\r\nb\r\n", "\n\n",
                 "\x04\x1a", "100%n", "quit\n", "exit\n", ".\n");
    auto server = Program("echo_server").listen();
    auto client = server.connect();

    client.send(message);
    client.expect(message);
}
