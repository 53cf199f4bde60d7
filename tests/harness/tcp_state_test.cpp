// What the kernel tells of a connection.

#include "harness/wire/tcp_state.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <fstream>

#include "harness/run/bytes.hpp"
#include "net/tcp.hpp"

using namespace harness;

TEST_CASE("the kernel tells what a program has not read yet", "[tcp_state]") {
    auto* const find = GENERATE(find_tcp_socket, find_tcp_socket_in_proc);
    const std::string host = GENERATE("127.0.0.1", "::1");
    const std::ifstream ipv6("/proc/net/tcp6");
    if (host == "::1" && !ipv6) SKIP("there is no IPv6 on this machine");
    auto listener = net::TcpListener::bind(host, "0");
    auto client = net::TcpStream::connect(listener.local_address());
    auto server = listener.accept();
    const auto ours = client.local_address();
    const auto theirs = client.peer_address();

    REQUIRE(find(theirs, ours).has_value());
    CHECK(find(theirs, ours)->receive_queue == 0);
    CHECK(client.send_some(bytes("abc")) == 3);
    while (has_unacknowledged(client.fd())) {
    }
    CHECK(find(theirs, ours)->receive_queue == 3);
    std::array<std::byte, 8> buffer;
    CHECK(server.recv_some(buffer) == 3);
    CHECK(find(theirs, ours)->receive_queue == 0);
}

TEST_CASE("a reset that nobody has read yet is seen", "[tcp_state]") {
    auto listener = net::TcpListener::bind("127.0.0.1", "0");
    auto client = net::TcpStream::connect(listener.local_address());
    auto server = listener.accept();
    CHECK_FALSE(has_been_reset(client.fd()));
    server.reset();
    CHECK(has_been_reset(client.fd()));
}
