// Stage probe: where the probes go. The test takes them and answers none.

#include <netdb.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>
#include <vector>

#include "harness/programs/program.hpp"
#include "harness/wire/loopback.hpp"
#include "net/address.hpp"
#include "probes.hpp"

using namespace harness;
using namespace pinging;

namespace {

/// Sends one probe, and awaits the reply for as long as the test lasts.
const std::vector<std::string> one_probe{"--count", "1", "--timeout", hour};

void explain_names() {
    explain(Concept::names,
            "the first address that the name stands for is where the probes go, and the socket "
            "is of its family");
}

}  // namespace

TEST_CASE("the client sends to ::1", "[probe]") {
    explain_names();
    need_ipv6();
    DatagramPeer server("::1");
    auto client = Program("ping_client").connect_to(server, one_probe);

    (void)server.next();
}

TEST_CASE("the client sends to the first address of a name", "[probe]") {
    explain_names();
    const auto localhost = net::resolve("localhost", "0", net::Use::connect);
    DatagramPeer server(localhost.front().host());
    auto client = Program("ping_client").connect_to("localhost", server.port(), one_probe);

    (void)server.next();
}

TEST_CASE("of two addresses the first is taken", "[probe]") {
    explain_names();
    need_ipv6();
    const std::string ipv4 = random_loopback_host();
    const bool ipv6_first = GENERATE(true, false);
    DatagramPeer server(ipv6_first ? "::1" : ipv4);
    const std::vector<std::string> addresses{server.host(), ipv6_first ? ipv4 : "::1"};
    auto client = Program("ping_client")
                      .with({.names = {{"ping.test", {.addresses = addresses}}}})
                      .connect_to("ping.test", server.port(), one_probe);

    (void)server.next();
}

TEST_CASE("the client sends to the host and the port that it is given", "[probe]") {
    explain(Concept::addresses,
            "each probe is sent to the address of --host and the port of --port, the port in "
            "network byte order");
    DatagramPeer server(random_loopback_host());
    auto client = Program("ping_client").connect_to(server, one_probe);

    (void)server.next();
}

TEST_CASE("two clients run at the same time", "[probe]") {
    explain(Concept::addresses,
            "a client binds its socket to no port: the kernel gives each one of its own when it "
            "sends, or connects");
    DatagramPeer server;
    auto one = Program("ping_client").connect_to(server, one_probe);
    (void)server.next();

    auto other = Program("ping_client").connect_to(server, one_probe);
    (void)server.next();
}

TEST_CASE("a name that nobody knows is an error of the client", "[probe]") {
    explain(Concept::names,
            "getaddrinfo returns its error, and gai_strerror says it in words: net::resolve() "
            "throws it; say it, and exit with 1");
    auto client = Program("ping_client")
                      .with({.names = {{"ping.test", {.error = EAI_NONAME}}}})
                      .run({"--host", "ping.test"});

    client.expect_exit(1);
    client.expect_error_line("Name or service not known");
    client.expect_no_output();
}
