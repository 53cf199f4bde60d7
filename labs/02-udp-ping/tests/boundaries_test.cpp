// Stage boundaries: a datagram is a whole, long or empty, and never a part of another one.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cstddef>
#include <vector>

#include "harness/programs/program.hpp"
#include "harness/programs/tool.hpp"
#include "harness/wire/loopback.hpp"

using namespace harness;

namespace {

void explain_empty() {
    explain(Concept::datagrams,
            "a datagram of 0 bytes is a message like any other: recvfrom returns 0 and notes its "
            "sender. It is answered with 0 bytes, and the next one is waited for");
}

void explain_whole() {
    explain(Concept::datagrams,
            "a datagram is sent as a whole by one sendto, and received as a whole by one recvfrom, "
            "which needs room for all of it: 65,535 bytes are enough for any");
}

void ping(DatagramPeer& client, std::size_t size) {
    const auto data = random_bytes(size);
    client.send(data);
    client.expect(data);
}

}  // namespace

TEST_CASE("a datagram of any size comes back whole", "[boundaries]") {
    explain_empty();
    auto server = Program("ping_server").listen();
    auto client = server.datagram_client();
    ping(client, 0);

    explain_whole();
    for (const std::size_t size : {1U, 1472U, 9000U, 65507U}) ping(client, size);
    client.expect_nothing_more();
}

TEST_CASE("the longest datagram of IPv6 comes back whole", "[boundaries]") {
    explain_whole();
    need_ipv6();
    auto server = Program("ping_server").listen({"--host", "::1", "--port", "0"});
    auto client = server.datagram_client();

    ping(client, 65527);
}

TEST_CASE("eight hundred datagrams take no more memory than a hundred", "[boundaries]") {
    explain(Concept::datagrams,
            "the room for a datagram is taken once, and used for each: what is taken for every "
            "datagram, and never given back, in the end is all there is");
    constexpr std::size_t enough = 32U << 20U;
    auto server = Program("ping_server").listen();
    auto client = server.datagram_client();

    for (int i = 0; i < 100; ++i) ping(client, 16);
    const std::size_t before = server.process().observe().peak_memory();
    for (int i = 0; i < 700; ++i) ping(client, 16);
    server.process().expect_peak_memory(before + enough);
}

TEST_CASE("after an empty datagram the next ones are answered", "[boundaries]") {
    explain_empty();
    auto server = Program("ping_server").listen();
    auto client = server.datagram_client();

    ping(client, 0);
    ping(client, 5);
    for (int i = 0; i < 100; ++i) ping(client, 0);
    client.expect_nothing_more();
}

TEST_CASE("an empty datagram comes back to its own sender", "[boundaries]") {
    explain_empty();
    auto server = Program("ping_server").listen();
    auto one = server.datagram_client();
    auto other = server.datagram_client();

    ping(one, 5);
    ping(other, 0);
    one.expect_nothing_more();
}

TEST_CASE("ten datagrams that wait together come back as ten", "[boundaries]") {
    explain(Concept::datagrams,
            "datagrams that wait together stay apart: each recvfrom takes one, and each is "
            "answered by itself");
    auto server = Program("ping_server").listen();
    auto client = server.datagram_client();
    std::vector<Bytes> sent;

    server.process().suspend();
    for (const std::size_t size : {1472U, 1U, 512U, 1472U, 0U, 700U, 16U, 1472U, 2U, 1000U}) {
        sent.push_back(random_bytes(size));
        client.send(sent.back());
    }
    server.process().resume();
    client.expect_in_any_order(sent);
    client.expect_nothing_more();
}

TEST_CASE("a short datagram after a long one comes back short", "[boundaries]") {
    explain(Concept::datagrams,
            "what an earlier datagram has left in the buffer does not belong to this one: send as "
            "many bytes as recvfrom has returned this time");
    auto server = Program("ping_server").listen();
    auto client = server.datagram_client();

    for (const std::size_t size : {65507U, 9000U, 1472U, 1U, 0U}) ping(client, size);
    client.expect_nothing_more();
}

TEST_CASE("a client in Python gets its datagram back", "[boundaries]") {
    explain(Concept::datagrams, "a beginner's client sends a datagram, and receives once");
    auto server = Program("ping_server").listen();
    for (int i = 0; i < 2; ++i) {
        auto python =
            Tool("python3", "python3")
                .run({LAB_PEERS "/hello_client.py", std::to_string(server.address().port())});
        python.expect_output("Hello from client!\n");
        python.expect_exit(0);
    }
}

TEST_CASE("socat gets back what is typed", "[boundaries]") {
    explain(Concept::datagrams, "socat sends each line as a datagram, and prints what comes back");
    auto server = Program("ping_server").listen();
    auto socat = Tool("socat", "socat").run({"-", "UDP:" + server.address().to_string()});

    for (const std::string_view line : {"Hello from a tool!\n", "quit\n"}) {
        socat.type(line);
        socat.expect_output(line);
    }
}
