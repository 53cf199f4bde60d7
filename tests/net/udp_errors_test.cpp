#include <fcntl.h>

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "datagrams.hpp"
#include "net/udp.hpp"
#include "sockets.hpp"

using namespace std::literals;

using net_tests::datagram_pair;
using net_tests::text_of;

TEST_CASE("a datagram that does not fit is an error with both sizes, and is gone", "[udp]") {
    auto [client, server] = datagram_pair();
    std::array<std::byte, 8> small{};
    const std::string message = "recv from " + client.local_address().to_string() +
                                " (9 bytes, room for 8): Message too long";
    client.send(net::as_bytes("nine byte"));
    SECTION("for recv") { CHECK_THROWS_WITH(server.recv(small), message); }
    SECTION("for try_recv") {
        net_tests::wait_readable(server.fd());
        CHECK_THROWS_WITH(server.try_recv(small), message);
    }
    SECTION("for recv_until") {
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        CHECK_THROWS_WITH(server.recv_until(small, deadline), message);
    }
    client.send(net::as_bytes("just fit"));
    CHECK(text_of(server.recv(small)) == "just fit");
}

TEST_CASE("a datagram that is too long is refused with its size, and nothing is sent", "[udp]") {
    auto [client, server] = datagram_pair();
    const auto peer = server.local_address();
    const std::vector<std::byte> data(net::longest_datagram + 1);
    const std::string message = "send to " + peer.to_string() + " (65508 bytes): Message too long";
    CHECK_THROWS_WITH(client.send(data), message);
    CHECK_THROWS_WITH(client.try_send(data), message);
    CHECK_THROWS_WITH(client.send_to(peer, data), message);
    CHECK_THROWS_WITH(client.try_send_to(peer, data), message);

    client.send(net::as_bytes("short"));
    net_tests::Room room{};
    CHECK(text_of(server.recv(room)) == "short");
}

TEST_CASE("a refusal is told once, names the peer, and the socket goes on", "[udp]") {
    const std::string host = GENERATE("127.0.0.1", "::1");
    if (host == "::1") net_tests::skip_without_ipv6();
    net_tests::RefusingPort port(host);
    auto client = net::UdpSocket::connect(port.address());
    const auto peer = port.address().to_string();
    net_tests::Room room{};

    client.send(net::as_bytes("early"));
    SECTION("by recv") {
        CHECK_THROWS_WITH(client.recv(room), "recv from " + peer + ": Connection refused");
    }
    SECTION("by recv_until") {
        CHECK_THROWS_WITH(client.recv_until(room, std::chrono::steady_clock::now() + 20s),
                          "recv from " + peer + ": Connection refused");
    }
    SECTION("by try_recv") {
        net_tests::wait_readable(client.fd());
        CHECK_THROWS_WITH(client.try_recv(room), "recv from " + peer + ": Connection refused");
    }
    SECTION("by send, which then sends nothing") {
        net_tests::wait_readable(client.fd());
        CHECK_THROWS_WITH(client.send(net::as_bytes("four")),
                          "send to " + peer + " (4 bytes): Connection refused");
    }
    SECTION("by try_send, which then sends nothing") {
        net_tests::wait_readable(client.fd());
        CHECK_THROWS_WITH(client.try_send(net::as_bytes("four")),
                          "send to " + peer + " (4 bytes): Connection refused");
    }

    CHECK_FALSE(client.try_recv(room));
    port.hear(client.local_address());
    client.send(net::as_bytes("now"));
    CHECK(text_of(port.socket().recv(room)) == "now");
}

TEST_CASE("send needs a peer", "[udp]") {
    auto socket = net::UdpSocket::bind("127.0.0.1", "0");
    CHECK_THROWS_WITH(socket.send(net::as_bytes("x")),
                      "send (1 byte): Destination address required");
    CHECK_THROWS_WITH(socket.peer_address(), "getpeername: Transport endpoint is not connected");
}

TEST_CASE("recv on a descriptor that was made non-blocking is an error", "[udp]") {
    auto socket = net::UdpSocket::bind("127.0.0.1", "0");
    REQUIRE(::fcntl(socket.fd(), F_SETFL, O_NONBLOCK) == 0);
    net_tests::Room room{};
    CHECK_THROWS_WITH(socket.recv(room), "recv: Resource temporarily unavailable");
}
