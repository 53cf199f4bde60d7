// Stage real-world: restarts, signals, and peers that nobody here wrote.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cerrno>
#include <csignal>

#include "harness/programs/program.hpp"
#include "harness/programs/tool.hpp"

using namespace harness;

namespace {

/// More than the kernel takes while nobody reads.
constexpr std::size_t too_much = 16U << 20U;

/// Somebody resizes the window, and a library in the program handles it.
Program interrupted(const std::string& name) {
    explain(Concept::return_values,
            "a signal that is handled interrupts a call: -1, and errno is EINTR. Nothing is wrong "
            "then; call it again");
    return Program(name).with({.handled_signal = SIGWINCH});
}

void explain_stop() {
    explain(Concept::program_contract,
            "SIGTERM and SIGINT end the program with status 0, whatever it is blocked in: a "
            "handler that calls _exit(0) is enough here");
}

std::string port_of(const Server& server) { return std::to_string(server.address().port()); }

}  // namespace

TEST_CASE("the server can be started again at once", "[real-world]") {
    explain(Concept::socket_life,
            "after a stop the old connections rest for a minute (TIME_WAIT) and keep the port: set "
            "SO_REUSEADDR before bind");
    const std::string host = random_loopback_host();
    const std::vector<std::string> arguments{"--host", host, "--port",
                                             std::to_string(free_port(host))};
    {
        auto server = Program("echo_server").listen(arguments);
        auto client = server.connect();
        client.send("hello\n");
        client.expect("hello\n");
    }  // the server is ended first, then the client closes
    auto server = Program("echo_server").listen(arguments);
    auto client = server.connect();
}

TEST_CASE("a signal during accept loses no client", "[real-world]") {
    auto server = interrupted("echo_server").listen();
    server.process().await_rest();
    for (int i = 0; i < 2; ++i) server.process().interrupt();
    server.process().expect_running();
    auto client = server.connect();

    client.send("hello\n");
    client.expect("hello\n");
}

TEST_CASE("a signal during recv loses no byte", "[real-world]") {
    auto server = interrupted("echo_server").listen();
    auto client = server.connect();

    for (const std::string_view line : {"one\n", "two\n", "three\n"}) {
        client.send(line);
        client.expect(line);
        server.process().await_rest();
        for (int i = 0; i < 2; ++i) server.process().interrupt();
        client.expect_open();
    }
    client.half_close();
    client.expect_end();
}

TEST_CASE("a signal during send loses no byte", "[real-world]") {
    auto server = interrupted("echo_server").listen();
    auto client = server.connect();
    const auto data = random_bytes(too_much);

    const std::size_t sent = client.send_until_blocked(data);
    // The first one may find the call half done: then it only takes less.
    for (int i = 0; i < 3; ++i) server.process().interrupt();
    client.expect(std::span(data).first(sent));
    client.half_close();
    client.expect_end();
}

TEST_CASE("a signal during recv does not end the client", "[real-world]") {
    Listener listener;
    auto client = interrupted("echo_client").connect_to(listener);
    auto server = listener.accept();

    client.type("hello\n");
    server.expect("hello\n");
    client.await_rest();
    for (int i = 0; i < 2; ++i) client.interrupt();
    client.expect_running();
    server.send("hello\n");
    client.expect_output("hello\n");
    client.end_input();
    server.expect_end();
    client.await_rest();
    client.interrupt();
    client.expect_running();
    server.close();
    client.expect_exit(0);
}

TEST_CASE("a call that a signal has interrupted is made again", "[real-world]") {
    explain(Concept::return_values,
            "a signal that is handled interrupts a call: -1, and errno is EINTR. Nothing has been "
            "sent or received then, and nothing is wrong; call it again");
    const Calls call = GENERATE(Calls::send, Calls::recv);
    const Faults interrupted{.calls = {{.call = call, .error = EINTR, .times = 2}}};

    SECTION("in the server") {
        auto server = Program("echo_server").with(interrupted).listen();
        auto client = server.connect();
        client.send("hello\n");
        client.expect("hello\n");
        client.half_close();
        client.expect_end();
    }
    SECTION("in the client") {
        Listener listener;
        auto client = Program("echo_client").with(interrupted).connect_to(listener);
        auto server = listener.accept();
        client.type("hello\n");
        server.expect("hello\n");
        server.send("hello\n");
        client.expect_output("hello\n");
    }
}

TEST_CASE("SIGTERM and SIGINT end the server, whatever it waits for", "[real-world]") {
    explain_stop();
    const int signal = GENERATE(SIGTERM, SIGINT);
    auto server = Program("echo_server").listen();

    SECTION("a client") { server.process().await_rest(); }
    SECTION("what a client says") {
        auto client = server.connect();
        client.send("hello\n");
        client.expect("hello\n");
        client.expect_open();
    }
    SECTION("a client that does not read") {
        auto client = server.connect();
        (void)client.send_until_blocked(random_bytes(too_much));
    }
    server.process().signal(signal);
    server.process().expect_exit(0, patience::to_end);
}

TEST_CASE("SIGTERM and SIGINT end the client, whatever it waits for", "[real-world]") {
    explain_stop();
    const int signal = GENERATE(SIGTERM, SIGINT);
    Listener listener;
    auto client = Program("echo_client").connect_to(listener);
    auto server = listener.accept();

    SECTION("a line of stdin") {}
    SECTION("what the server says") {
        client.type("hello\n");
        server.expect("hello\n");
    }
    client.await_rest();
    client.signal(signal);
    client.expect_exit(0, patience::to_end);
}

TEST_CASE("nc and socat talk to the server", "[real-world]") {
    explain(Concept::end_of_stream, "nc and socat end their direction, and wait for the rest");
    auto server = Program("echo_server").listen();
    const std::string port = port_of(server);
    const bool is_nc = GENERATE(true, false);
    auto tool = is_nc ? Tool("nc.openbsd,nc", "netcat-openbsd").run({"-N", "127.0.0.1", port})
                      : Tool("socat", "socat").run({"-", "TCP:127.0.0.1:" + port});

    tool.type("Hello from a tool!\n");
    tool.expect_output("Hello from a tool!\n");
    tool.end_input();
    tool.expect_exit(0);
}

TEST_CASE("a client in Python talks to the server", "[real-world]") {
    explain(Concept::streams, "a beginner's client sends a message, receives once, and closes");
    auto server = Program("echo_server").listen();
    for (int i = 0; i < 2; ++i) {
        auto python =
            Tool("python3", "python3").run({LAB_PEERS "/hello_client.py", port_of(server)});
        python.expect_output("Hello from client!\n");
        python.expect_exit(0);
    }
}

TEST_CASE("a server in Python answers the client", "[real-world]") {
    explain(Concept::streams,
            "a beginner's server answers with another text: as many bytes as were sent are "
            "received and printed, whatever they are");
    auto python = Tool("python3", "python3").run({LAB_PEERS "/hello_server.py"});
    auto client = Program("echo_client").connect_to("127.0.0.1", announced_port(python));

    client.type("Hello from client!");
    client.end_input();
    client.expect_output("Hello from server!");
    client.expect_exit(0);
}

TEST_CASE("somebody types at nc, and the client shows it", "[real-world]") {
    explain(Concept::streams, "what comes back is shown, whoever has typed it");
    const std::string host = random_loopback_host();
    const std::uint16_t port = free_port(host);
    auto nc =
        Tool("nc.openbsd,nc", "netcat-openbsd").run({"-v", "-n", "-l", host, std::to_string(port)});
    await_listening(nc);
    auto client = Program("echo_client").connect_to(host, port);

    client.type("What?\n");
    nc.expect_output("What?\n");
    nc.type("Why?!\n");
    client.expect_output("Why?!\n");
}

TEST_CASE("socat and cat echo for the client", "[real-world]") {
    explain(Concept::streams, "socat hands what comes to cat, and back what cat says");
    const std::string host = random_loopback_host();
    const std::string port = std::to_string(free_port(host));
    auto socat = Tool("socat", "socat")
                     .run({"-d", "-d", "TCP-LISTEN:" + port + ",bind=" + host, "EXEC:cat"});
    await_listening(socat);
    auto client =
        Program("echo_client").connect_to(host, static_cast<std::uint16_t>(std::stoi(port)));

    client.type("quit\nthe end");
    client.end_input();
    client.expect_output("quit\nthe end");
    client.expect_exit(0);
}
