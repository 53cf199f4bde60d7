#include <array>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "datagrams.hpp"
#include "descriptors.hpp"
#include "net/udp.hpp"
#include "sockets.hpp"

using net_tests::datagram_pair;
using net_tests::open_descriptors;
using net_tests::text_of;

namespace {

static_assert(!std::is_copy_constructible_v<net::UdpSocket>);
static_assert(std::is_nothrow_move_constructible_v<net::UdpSocket>);
static_assert(std::is_nothrow_move_assignable_v<net::UdpSocket>);

/// "0", "10", "210" and so on, so that none is like another.
std::string numbered(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text.insert(0, std::to_string(i));
    return text;
}

}  // namespace

TEST_CASE("a datagram comes with its sender, who can be answered", "[udp]") {
    const std::string host = GENERATE("127.0.0.1", "::1");
    if (host == "::1") net_tests::skip_without_ipv6();
    auto [client, server] = datagram_pair(host);
    net_tests::Room room{};

    client.send(net::as_bytes("ping"));
    const auto question = server.recv(room);
    CHECK(text_of(question) == "ping");
    CHECK(question.from == client.local_address());

    server.send_to(question.from, net::as_bytes("pong"));
    const auto answer = client.recv(room);
    CHECK(text_of(answer) == "pong");
    CHECK(answer.from == server.local_address());
}

TEST_CASE("a datagram of any size comes whole", "[udp]") {
    const auto size = GENERATE(std::size_t{0}, 1, 1472, net::longest_datagram);
    auto [client, server] = datagram_pair();
    std::vector<std::byte> data(size);
    for (std::size_t i = 0; i < size; ++i) data[i] = static_cast<std::byte>(i % 251);
    net_tests::Room room{};

    client.send(data);
    const auto datagram = server.recv(room);
    CHECK(datagram.data.data() == room.data());
    CHECK((net::as_text(datagram.data) == net::as_text(data)));  // not 64 KiB in a message
}

TEST_CASE("IPv6 carries twenty bytes more", "[udp]") {
    net_tests::skip_without_ipv6();
    auto [client, server] = datagram_pair("::1");
    net_tests::Room room{};
    client.send(std::vector<std::byte>(net::longest_datagram + 20));
    CHECK(server.recv(room).data.size() == 65527);
}

TEST_CASE("an empty datagram is data, and not the end", "[udp]") {
    auto [client, server] = datagram_pair();
    net_tests::Room room{};
    client.send({});
    net_tests::wait_readable(server.fd());
    const auto empty = server.try_recv(room);
    REQUIRE(empty);
    CHECK(empty->data.empty());
    CHECK(empty->from == client.local_address());

    client.send(net::as_bytes("more"));
    CHECK(text_of(server.recv(room)) == "more");
}

TEST_CASE("ten datagrams stay ten", "[udp]") {
    auto [client, server] = datagram_pair();
    net_tests::Room room{};
    std::set<std::string> sent;
    std::set<std::string> received;
    for (int i = 0; i < 10; ++i) {
        const std::string text = numbered(i);
        client.send(net::as_bytes(text));
        sent.insert(text);
    }
    for (int i = 0; i < 10; ++i) received.insert(text_of(server.recv(room)));
    CHECK(received == sent);
    CHECK_FALSE(server.try_recv(room));
}

TEST_CASE("a socket that was moved from owns nothing", "[udp]") {
    auto [client, server] = datagram_pair();
    net::UdpSocket& moved_from = client;
    const int fd = client.fd();
    net::UdpSocket moved = std::move(client);
    CHECK(moved_from.fd() == -1);
    CHECK(moved.fd() == fd);
    CHECK_THROWS_WITH(moved_from.send(net::as_bytes("x")), "send (1 byte): Bad file descriptor");

    net::UdpSocket& same = moved;
    moved = std::move(same);
    CHECK(moved.fd() == fd);
    CHECK(net_tests::is_open(fd));
}

TEST_CASE("sockets leave no descriptor behind", "[udp]") {
    const auto before = open_descriptors();
    for (int i = 0; i < 10; ++i) {
        auto [client, server] = datagram_pair();
        auto third = net::UdpSocket::unbound(AF_INET);
        client = std::move(server);
        server = std::move(third);
    }
    CHECK(open_descriptors() == before);
}

TEST_CASE("datagram sockets are closed on exec", "[udp]") {
    const auto [client, server] = datagram_pair();
    const auto third = net::UdpSocket::unbound(AF_INET);
    CHECK(net_tests::closes_on_exec(client.fd()));
    CHECK(net_tests::closes_on_exec(server.fd()));
    CHECK(net_tests::closes_on_exec(third.fd()));
}
