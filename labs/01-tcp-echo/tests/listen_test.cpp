// Stage listen: a socket that clients can connect to, and a line that says where.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cerrno>
#include <list>

#include "harness/programs/program.hpp"
#include "net/tcp.hpp"

using namespace harness;

TEST_CASE("clients can connect where the server says that it listens", "[listen]") {
    explain(Concept::socket_life,
            "a socket takes connections only after bind gave it an address, and listen opened it: "
            "announce it then, and do not close it");
    auto server = Program("echo_server").listen();

    auto client = server.connect();
    client.expect_nothing_more();
}

TEST_CASE("five clients can wait at the door", "[listen]") {
    auto server = Program("echo_server").listen();

    std::list<Peer> clients;
    for (int i = 0; i < 5; ++i) clients.emplace_back(server.connect_stream());
}

TEST_CASE("the server listens at the host and the port that it is given", "[listen]") {
    const std::string host = random_loopback_host();
    const std::uint16_t port = free_port(host);
    explain(
        Concept::addresses,
        "the address given to bind is that of --host and --port, the port in network byte order");
    auto server = Program("echo_server").listen({"--host", host, "--port", std::to_string(port)});

    server.expect_address(host, port);
    auto client = server.connect();
}

TEST_CASE("the server listens nowhere else", "[listen]") {
    explain(Concept::addresses,
            "127.0.0.1 was asked for, and nothing but 127.0.0.1: bind to the address of --host");
    auto server = Program("echo_server").listen({"--host", "127.0.0.1", "--port", "0"});

    expect_refused(random_loopback_host(), server.address().port());
}

TEST_CASE("two servers on any free port have a port each", "[listen]") {
    explain(Concept::socket_life,
            "--port 0 means any free port: let the kernel choose, and ask getsockname");
    auto one = Program("echo_server").listen();
    auto other = Program("echo_server").listen();

    auto client_of_one = one.connect();
    auto client_of_other = other.connect();
    one.expect_other_address_than(other);
}

TEST_CASE("a port that is taken is an error", "[listen]") {
    // Whoever confuses the port fails here too, and is told so by the test above.
    explain(Concept::addresses,
            "the port was taken and bind said so (-1, and errno says why): say what failed and "
            "why, and exit with 1");
    const auto holder = net::TcpListener::bind("127.0.0.1", "0");
    const auto taken = std::to_string(holder.local_address().port());

    auto server = Program("echo_server").run({"--host", "127.0.0.1", "--port", taken});
    server.expect_exit(1);
    server.expect_error_line("Address already in use");
    server.expect_no_output();
}

TEST_CASE("a port that needs rights is an error", "[listen]") {
    explain(Concept::addresses, "bind says in errno why it has failed: say what errno says");
    auto server = Program("echo_server")
                      .with({.calls = {{.call = Calls::bind, .error = EACCES}}})
                      .run({"--host", "127.0.0.1", "--port", "80"});

    server.expect_exit(1);
    server.expect_error_line("Permission denied");
    server.expect_no_output();
}

TEST_CASE("a listen that fails is an error, and nothing is announced", "[listen]") {
    explain(Concept::socket_life,
            "clients can connect only once listen has succeeded: look at what it returns, and "
            "announce the address after it");
    auto server = Program("echo_server")
                      .with({.calls = {{.call = Calls::listen, .error = EADDRINUSE}}})
                      .run({"--port", "0"});

    server.expect_exit(1);
    server.expect_error_line("Address already in use");
    server.expect_no_output();
}

TEST_CASE("a server that waits for clients does not compute", "[listen]") {
    explain(Concept::socket_life,
            "whoever waits lets a call wait, accept or pause, and does not ask again and again");
    auto server = Program("echo_server").listen();

    server.process().expect_idle();
}

TEST_CASE("arguments that are none of the server's are wrong use", "[listen]") {
    explain(
        Concept::program_contract,
        "a port is a number from 0 to 65,535, in digits alone: anything else is wrong use, exit "
        "status 2 (program::parse_server_options does it)");
    const std::string port = GENERATE("65536", "-1", "80x", "0x50", "");
    auto server = Program("echo_server").run({"--port", port});

    server.expect_exit(2);
    server.expect_no_output();
}

TEST_CASE("two servers cannot have one port", "[listen]") {
    explain(Concept::addresses,
            "SO_REUSEPORT lets two programs share a port, and clients reach the one or the other: "
            "leave it out");
    const std::string host = random_loopback_host();
    const std::string port = std::to_string(free_port(host));
    auto first = Program("echo_server").listen({"--host", host, "--port", port});

    auto second = Program("echo_server").run({"--host", host, "--port", port});
    second.expect_exit(1);
    second.expect_error_line("Address already in use");
}
