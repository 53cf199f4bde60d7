// Stage datagram: where the server receives, and what it says when it cannot.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>
#include <vector>

#include "harness/programs/program.hpp"
#include "harness/wire/loopback.hpp"
#include "there_and_back.hpp"

using namespace harness;
using namespace pinging;

TEST_CASE("the server answers at ::1", "[datagram]") {
    explain(Concept::names, "the socket is of the family that the address has: AF_INET6 for ::1");
    need_ipv6();
    auto server = Program("ping_server").listen({"--host", "::1", "--port", "0"});

    server.expect_host("::1");
    explain(Concept::datagrams,
            "a sender at ::1 has an address of IPv6, a sockaddr_in6: a sockaddr_storage has room "
            "for those of either family");
    ping(server);
}

TEST_CASE("the server answers at the first address of a name", "[datagram]") {
    explain(Concept::names,
            "a name may stand for several addresses, of either family: the first one is taken, "
            "and announced in numbers");
    need_ipv6();
    const std::string ipv4 = random_loopback_host();
    const bool ipv6_first = GENERATE(true, false);
    auto server =
        Program("ping_server")
            .with({.names = {{"ping.test",
                              {.addresses = ipv6_first ? std::vector<std::string>{"::1", ipv4}
                                                       : std::vector<std::string>{ipv4, "::1"}}}}})
            .listen({"--host", "ping.test", "--port", "0"});

    server.expect_host(ipv6_first ? "::1" : ipv4);
    explain_echo();
    ping(server);
}

TEST_CASE("the server answers at the host and the port that it is given", "[datagram]") {
    explain(
        Concept::addresses,
        "the address given to bind is that of --host and --port, the port in network byte order");
    const std::string host = random_loopback_host();
    const std::uint16_t port = free_datagram_port(host);
    auto server = Program("ping_server").listen({"--host", host, "--port", std::to_string(port)});

    server.expect_address(host, port);
    explain_echo();
    ping(server);
}

TEST_CASE("a port that another program has is an error", "[datagram]") {
    explain(Concept::addresses,
            "the port was taken and bind said so (-1, and errno says why): say what failed and "
            "why, and exit with 1");
    const DatagramPeer holder(random_loopback_host());
    auto server = Program("ping_server")
                      .run({"--host", holder.host(), "--port", std::to_string(holder.port())});

    server.expect_exit(1);
    server.expect_error_line("Address already in use");
    server.expect_no_output();
}

TEST_CASE("two servers cannot have one port", "[datagram]") {
    explain(Concept::addresses,
            "with SO_REUSEADDR or SO_REUSEPORT two UDP sockets share a port, and the datagrams go "
            "to one of them; nobody is told. Set neither");
    const std::string host = random_loopback_host();
    const std::string port = std::to_string(free_datagram_port(host));
    auto first = Program("ping_server").listen({"--host", host, "--port", port});

    auto second = Program("ping_server").run({"--host", host, "--port", port});
    second.expect_exit(1);
    second.expect_error_line("Address already in use");
    second.expect_no_output();
}

TEST_CASE("a port that is none is wrong use of the server", "[datagram]") {
    explain(
        Concept::program_contract,
        "a port is a number from 0 to 65,535, in digits alone: anything else is wrong use, exit "
        "status 2 (program::parse_server_options does it)");
    const std::string port = GENERATE("65536", "-1", "80x", "");
    auto server = Program("ping_server").run({"--port", port});

    server.expect_exit(2);
    server.expect_no_output();
}
