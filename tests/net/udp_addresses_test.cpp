// Which address a socket gets, whom it hears, and what is said when it gets none.

#include <netdb.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <cerrno>
#include <cstdint>
#include <string>

#include "datagrams.hpp"
#include "descriptors.hpp"
#include "faults.hpp"
#include "net/error.hpp"
#include "net/tcp.hpp"
#include "net/udp.hpp"
#include "sockets.hpp"

using net::UdpSocket;
using net_tests::connect_fault;
using net_tests::error_of;
using net_tests::open_descriptors;
using net_tests::socket_fault;
using net_tests::text_of;

namespace {

/// A service that only UDP has on this machine (services(5)), or null.
const servent* service_of_udp_alone() {
    for (const char* name : {"tftp", "ntp", "bootps", "snmp"}) {
        if (::getservbyname(name, "tcp") != nullptr) continue;
        if (const servent* service = ::getservbyname(name, "udp")) return service;
    }
    return nullptr;
}

}  // namespace

TEST_CASE("bind tells the port that the kernel chose", "[udp]") {
    const std::string host = GENERATE("127.0.0.1", "::1");
    if (host == "::1") net_tests::skip_without_ipv6();
    const auto socket = UdpSocket::bind(host, "0");
    CHECK(socket.local_address().host() == host);
    CHECK(socket.local_address().port() != 0);
}

TEST_CASE("a socket bound to no host hears every IPv4 interface", "[udp]") {
    auto server = UdpSocket::bind("0.0.0.0", "0");
    auto client = UdpSocket::connect("127.0.0.2", net_tests::port_of(server.fd()));
    client.send(net::as_bytes("hello"));
    net_tests::Room room{};
    CHECK(text_of(server.recv(room)) == "hello");
}

TEST_CASE("a port is free for another socket once the first has gone, at the same address",
          "[udp]") {
    net::Address address = UdpSocket::bind("127.0.0.1", "0").local_address();
    CHECK(UdpSocket::bind(address).local_address() == address);
}

TEST_CASE("a port that is taken is named, and leaves no descriptor", "[udp]") {
    const auto first = UdpSocket::bind("127.0.0.1", "0");
    const auto before = open_descriptors();
    const auto port = net_tests::port_of(first.fd());
    const std::string message = "bind 127.0.0.1:" + port + ": Address already in use";
    CHECK_THROWS_WITH(UdpSocket::bind("127.0.0.1", port), message);
    CHECK_THROWS_WITH(UdpSocket::bind(first.local_address()), message);
    CHECK(open_descriptors() == before);
}

TEST_CASE("nobody can share a port", "[udp]") {
    const auto socket = UdpSocket::bind("127.0.0.1", "0");
    CHECK(net_tests::int_option(socket.fd(), SOL_SOCKET, SO_REUSEADDR) == 0);
    CHECK(net_tests::int_option(socket.fd(), SOL_SOCKET, SO_REUSEPORT) == 0);
}

TEST_CASE("bind and connect try on when the first address's family is missing here", "[udp]") {
    net_tests::skip_without_ipv6();
    SECTION("bind") {
        const auto second = net::resolve("", "0", net::Use::listen).at(1);
        socket_fault = {.errors = {EAFNOSUPPORT}};
        CHECK(UdpSocket::bind("", "0").local_address().host() == second.host());
    }
    SECTION("connect") {
        const auto second = net::resolve("", "1", net::Use::connect).at(1);
        socket_fault = {.errors = {EAFNOSUPPORT}};
        CHECK(UdpSocket::connect("", "1").peer_address() == second);
    }
}

TEST_CASE("without a route connect tells the last address's failure", "[udp]") {
    const auto before = open_descriptors();
    SECTION("by host and service") {
        net_tests::skip_without_ipv6();
        connect_fault = {.errors = {ENETUNREACH, EACCES}};
        CHECK_THROWS_WITH(UdpSocket::connect("", "1"), "connect :1: Permission denied");
        CHECK(connect_fault.calls == 2);
    }
    SECTION("by address") {
        const auto address = net::resolve("127.0.0.1", "1", net::Use::connect).front();
        connect_fault = {.errors = {ENETUNREACH}};
        CHECK_THROWS_WITH(UdpSocket::connect(address),
                          "connect 127.0.0.1:1: Network is unreachable");
    }
    CHECK(open_descriptors() == before);
}

TEST_CASE("without a descriptor every socket names the call", "[udp]") {
    socket_fault = {.errors = {EMFILE, EMFILE, EMFILE}};
    CHECK_THROWS_WITH(UdpSocket::bind("127.0.0.1", "0"), "socket 127.0.0.1:0: Too many open files");
    CHECK_THROWS_WITH(UdpSocket::connect("127.0.0.1", "1"),
                      "socket 127.0.0.1:1: Too many open files");
    CHECK_THROWS_WITH(UdpSocket::unbound(AF_INET), "socket: Too many open files");
}

TEST_CASE("a service is looked up among those of UDP", "[udp]") {
    const servent* service = service_of_udp_alone();
    if (service == nullptr) SKIP("this machine knows no service of UDP alone");
    const std::string name = service->s_name;
    const auto port = ntohs(static_cast<std::uint16_t>(service->s_port));
    const auto category_of = [](auto call) { return &error_of(call).category(); };

    CHECK(UdpSocket::connect("127.0.0.1", name).peer_address().port() == port);
    // Whether we may have this port is another question.
    CHECK(category_of([&] { (void)UdpSocket::bind("127.0.0.1", name); }) !=
          &net::resolver_category());
    CHECK(category_of([&] { (void)net::TcpStream::connect("127.0.0.1", name); }) ==
          &net::resolver_category());
}

TEST_CASE("a connected socket hears only its peer", "[udp]") {
    auto [client, server] = net_tests::datagram_pair();
    auto stranger = UdpSocket::bind("127.0.0.1", "0");
    net_tests::Room room{};
    stranger.send_to(client.local_address(), net::as_bytes("psst"));
    server.send_to(client.local_address(), net::as_bytes("hello"));
    const auto datagram = client.recv(room);
    CHECK(text_of(datagram) == "hello");
    CHECK(datagram.from == client.peer_address());
    CHECK_FALSE(client.try_recv(room));
}

TEST_CASE("an unbound socket gets a port when it first sends, and hears everybody", "[udp]") {
    const std::string host = GENERATE("127.0.0.1", "::1");
    if (host == "::1") net_tests::skip_without_ipv6();
    auto first = UdpSocket::bind(host, "0");
    auto second = UdpSocket::bind(host, "0");
    auto client = UdpSocket::unbound(first.local_address().family());
    net_tests::Room room{};
    CHECK(client.local_address().port() == 0);

    for (UdpSocket* server : {&first, &second}) {
        client.send_to(server->local_address(), net::as_bytes("ping"));
        const auto question = server->recv(room);
        CHECK(question.from.port() == client.local_address().port());
        server->send_to(question.from, net::as_bytes("pong"));
        CHECK(client.recv(room).from == server->local_address());
    }
}
