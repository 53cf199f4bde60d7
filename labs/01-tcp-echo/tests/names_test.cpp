// Stage names: a name stands for a list of addresses, of both families.

#include <netdb.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "harness/programs/program.hpp"
#include "harness/wire/loopback.hpp"

using namespace harness;

namespace {

/// A name that no resolver knows (RFC 6761, 6.2); the tests put the answer in.
const std::string name = "echo.test";

/// An address that is nobody's (RFC 1112, 4), and so not this machine's either.
const std::string foreign = "240.0.0.1";

void explain_names() {
    explain(Concept::names,
            "getaddrinfo gives a list of addresses, of IPv4 and IPv6: try each with a socket of "
            "its family, until one works");
}

void explain_resolver() {
    explain(Concept::names,
            "getaddrinfo returns its error, and does not set errno: gai_strerror says it in words");
}

Program program_that_knows(const std::string& program, std::vector<std::string> addresses) {
    return Program(program).with({.names = {{name, {.addresses = std::move(addresses)}}}});
}

/// A line there and back.
void greet(Process& client, Peer& server) {
    client.type("hello\n");
    server.expect("hello\n");
    server.send("hello\n");
    client.expect_output("hello\n");
}

void greet(Process& client, Listener& listener) {
    auto server = listener.accept();
    greet(client, server);
}

void greet(Server& server) {
    auto client = server.connect();
    client.send("hello\n");
    client.expect("hello\n");
}

}  // namespace

TEST_CASE("the server listens at ::1", "[names]") {
    explain_names();
    need_ipv6();
    auto server = Program("echo_server").listen({"--host", "::1", "--port", "0"});

    server.expect_host("::1");
    greet(server);
}

TEST_CASE("the server listens at localhost", "[names]") {
    explain_names();
    auto server = Program("echo_server").listen({"--host", "localhost", "--port", "0"});

    greet(server);
}

TEST_CASE("the server takes the first address that it can be bound to", "[names]") {
    explain_names();
    const std::string here = random_loopback_host();
    std::vector<std::string> addresses{here};
    SECTION("the only one") {}
    SECTION("behind one that is not this machine's") { addresses = {foreign, here}; }
    SECTION("before another one") { addresses = {here, "127.0.0.1"}; }
    SECTION("of the other family") {
        need_ipv6();
        addresses = {"::1", here};
    }
    auto server =
        program_that_knows("echo_server", addresses).listen({"--host", name, "--port", "0"});

    server.expect_host(addresses.front() == foreign ? here : addresses.front());
    greet(server);
}

TEST_CASE("the client connects to ::1", "[names]") {
    explain_names();
    need_ipv6();
    Listener listener("::1");
    auto client = Program("echo_client").connect_to(listener);

    greet(client, listener);
}

TEST_CASE("the client tries the addresses of a name until one takes it", "[names]") {
    explain_names();
    std::string there = random_loopback_host();
    std::vector<std::string> before;
    SECTION("the only one") {}
    SECTION("the only one, of IPv6") {
        need_ipv6();
        there = "::1";
    }
    // These are this machine's too, but nobody listens there.
    SECTION("behind one of IPv6") { before = {"::1"}; }
    SECTION("behind two") { before = {"::1", "127.0.0.1"}; }
    Listener listener(there);
    auto addresses = before;
    addresses.push_back(there);
    auto client = program_that_knows("echo_client", addresses).connect_to(name, listener.port());

    greet(client, listener);
}

TEST_CASE("the client connects to one address, the first that takes it", "[names]") {
    explain_names();
    const std::string second = random_loopback_host();
    std::string first = random_loopback_host();
    SECTION("of the same family") {}
    SECTION("of the other family") {
        need_ipv6();
        first = "::1";
    }
    Listener at_first(first);
    Listener at_second(second, at_first.port());
    auto client =
        program_that_knows("echo_client", {first, second}).connect_to(name, at_first.port());

    auto server = at_first.accept();
    client.await_rest();
    at_second.expect_nobody();
    greet(client, server);
}

TEST_CASE("the client says so when no address of a name takes it", "[names]") {
    explain(Concept::names, "when no address works, the error of the last one is the reason");
    const std::string host = random_loopback_host();
    auto client =
        program_that_knows("echo_client", {"127.0.0.1", host}).connect_to(name, free_port(host));

    client.expect_exit(1);
    client.expect_error_line("Connection refused");
    client.expect_no_output();
}

TEST_CASE("a name that nobody knows is an error", "[names]") {
    explain_resolver();
    const std::string program = GENERATE("echo_server", "echo_client");
    const int error = GENERATE(EAI_NONAME, EAI_AGAIN);
    auto process = Program(program)
                       .with({.names = {{name, {.error = error}}}})
                       .run({"--host", name, "--port", "5050"});

    process.expect_exit(1);
    process.expect_error_line(::gai_strerror(error));
    process.expect_no_output();
}
