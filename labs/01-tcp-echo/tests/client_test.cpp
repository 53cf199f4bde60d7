// Stage client: the same stream from its other end. The test is the server.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "harness/programs/program.hpp"
#include "harness/programs/tool.hpp"

using namespace harness;

namespace {

constexpr std::size_t longest_line = 65536;

void explain_reading() {
    explain(Concept::streams,
            "the echo of a line may come in any pieces: receive until as many bytes are there as "
            "were sent, and print them");
}

void explain_end() {
    explain(Concept::end_of_stream,
            "at the end of stdin say so with shutdown(SHUT_WR), then receive until 0 comes: the "
            "server has finished too, and the exit status is 0");
}

void explain_early_end() {
    explain(Concept::end_of_stream,
            "0 from recv before the whole echo is there means that no more will come: say so, and "
            "exit with 1");
}

/// Random bytes that are one line: with no newline but the last byte.
Bytes random_line(std::size_t size) {
    Bytes line = random_bytes(size);
    for (std::byte& value : line) {
        if (value == std::byte{'\n'}) value = std::byte{0};
    }
    line.back() = std::byte{'\n'};
    return line;
}

/// Sends a line there and back; the client's stdin stays open.
void exchange(Process& client, Peer& server, std::span<const std::byte> line) {
    client.type(line);
    server.expect(line);
    server.send(line);
    client.expect_output(line);
}

void exchange(Process& client, Peer& server, std::string_view line) {
    exchange(client, server, std::as_bytes(std::span(line)));
}

}  // namespace

TEST_CASE("a line goes to the server, and its echo to stdout", "[client]") {
    explain(Concept::program_contract,
            "each line is sent as it stands; its echo belongs on stdout, and is flushed at once: a "
            "pipe is not a terminal");
    Listener listener;
    auto client = Program("echo_client").connect_to(listener);
    auto server = listener.accept();

    exchange(client, server, "Hello from client!\n");
    exchange(client, server, "\n");
    exchange(client, server, "and again\r\n");
    client.expect_running();
}

TEST_CASE("the next line waits until the echo is back", "[client]") {
    explain_reading();
    Listener listener;
    auto client = Program("echo_client").connect_to(listener);
    auto server = listener.accept();

    client.type("one\ntwo\n");
    server.expect("one\n");
    server.expect_nothing_more();
    server.send("one\n");
    server.expect("two\n");
    server.send("two\n");
    client.expect_output("one\ntwo\n");
}

TEST_CASE("the echo may come in pieces", "[client]") {
    explain_reading();
    Listener listener;
    auto client = Program("echo_client").connect_to(listener);
    auto server = listener.accept();
    const auto line = random_line(GENERATE(12U, 300U));

    client.type(line);
    server.expect(line);
    server.send_in_pieces(line, [] { return random_number(1, 7); });
    client.expect_output(line);
    exchange(client, server, "next\n");
}

TEST_CASE("each piece of the echo is printed when it has come", "[client]") {
    explain_reading();
    Listener listener;
    auto client = Program("echo_client").connect_to(listener);
    auto server = listener.accept();

    client.type("Hello\n");
    server.expect("Hello\n");
    for (const std::string_view piece : {"H", "el", "lo\n"}) {
        server.send(piece);
        client.expect_output(piece);
    }
}

TEST_CASE("a server that is silent for long is waited for", "[client]") {
    explain(Concept::end_of_stream,
            "silence is not the end: only 0 from recv says that the server has finished, so let "
            "recv wait for that, without a time limit and without asking again and again");
    Listener listener;
    auto client = Program("echo_client").with({.time_runs_out = true}).connect_to(listener);
    auto server = listener.accept();

    client.type("hello\n");
    server.expect("hello\n");
    client.expect_idle();
    server.send("hello\n");
    client.expect_output("hello\n");
    client.end_input();
    server.expect_end();
    client.expect_idle();
    client.expect_running();
    server.close();
    client.expect_exit(0);
}

TEST_CASE("a line may hold any bytes, and 65,536 of them", "[client]") {
    explain(Concept::bytes,
            "a line is bytes with a length: zeros are bytes like any other, and its newline is one "
            "of them");
    Listener listener;
    auto client = Program("echo_client").connect_to(listener);
    auto server = listener.accept();

    exchange(client, server, std::string_view("\0a\0\xff\0\n", 6));
    exchange(client, server, random_line(longest_line));
}

TEST_CASE("the last line needs no newline", "[client]") {
    explain_end();
    Listener listener;
    auto client = Program("echo_client").connect_to(listener);
    auto server = listener.accept();

    client.type("first\nlast");
    client.end_input();
    server.expect("first\n");
    server.send("first\n");
    server.expect("last");
    server.send("last");
    explain(Concept::end_of_stream,
            "each echo is printed and flushed as soon as it has come, the last one too: reading "
            "the next line flushes std::cout, but behind the last one nothing is read");
    client.expect_output("first\nlast");
    explain_end();
    server.expect_end();
    server.close();
    client.expect_exit(0);
}

TEST_CASE("at the end of stdin the client says so, and waits for the server", "[client]") {
    explain_end();
    Listener listener;
    auto client = Program("echo_client").connect_to(listener);
    auto server = listener.accept();

    SECTION("after a line") { exchange(client, server, "only\n"); }
    SECTION("when there was none") {}
    client.end_input();
    server.expect_end();
    client.expect_running();
    server.close();
    client.expect_exit(0);
    client.expect_no_output();
}

TEST_CASE("where nobody listens the client says so", "[client]") {
    explain(Concept::return_values,
            "connect says that it has failed (-1, and errno says why): say what failed and why, "
            "and exit with 1");
    const std::string host = random_loopback_host();
    auto client = Program("echo_client").connect_to(host, free_port(host));

    client.expect_exit(1);
    client.expect_error_line("Connection refused");
    client.expect_no_output();
}

TEST_CASE("arguments that are none of the client's are wrong use", "[client]") {
    explain(
        Concept::program_contract,
        "a port is a number from 1 to 65,535, in digits alone: anything else is wrong use, exit "
        "status 2 (program::parse_client_options does it)");
    const std::string port = GENERATE("0", "65536", "-1", "80x", "");
    auto client = Program("echo_client").run({"--port", port});

    client.expect_exit(2);
    client.expect_no_output();
}

TEST_CASE("a server that ends in the middle of an echo is an error", "[client]") {
    explain_early_end();
    Listener listener;
    auto client = Program("echo_client").connect_to(listener);
    auto server = listener.accept();

    client.type("Hello from client!\n");
    server.expect("Hello from client!\n");
    server.send_in_pieces("Hello from", [] { return 10; });
    SECTION("by closing") { server.close(); }
    SECTION("by a reset") { server.reset(); }
    client.expect_exit(1);
    client.expect_output("Hello from");
    client.expect_error_line("");
    client.expect_no_output();
}

TEST_CASE("a server that has ended is noticed with the next line", "[client]") {
    explain_early_end();
    // A send in two parts meets the closed connection twice: the second time with SIGPIPE.
    const Faults short_sends{.calls = {{.call = Calls::send, .takes = Takes::a_part}}};
    const auto faults = GENERATE_COPY(Faults{}, short_sends);
    Listener listener;
    auto client = Program("echo_client").with(faults).connect_to(listener);
    auto server = listener.accept();

    exchange(client, server, "one\n");
    server.close();
    client.type("two\n");
    client.expect_exit(1);
    client.expect_error_line("");
    client.expect_no_output();
}

TEST_CASE("a reset in the place of the server's end is an error", "[client]") {
    explain(Concept::end_of_stream,
            "-1 from recv is not 0: the server has not ended well, and whoever hears of it should "
            "know");
    Listener listener;
    auto client = Program("echo_client").connect_to(listener);
    auto server = listener.accept();

    exchange(client, server, "one\n");
    client.end_input();
    server.expect_end();
    server.reset();
    client.expect_exit(1);
    client.expect_error_line("Connection reset by peer");
}

TEST_CASE("a line without end is refused", "[client]") {
    explain(Concept::program_contract,
            "a line has at most 65,536 bytes: a longer one is an error, before all the memory is "
            "full of it");
    Listener listener;
    auto client = Program("echo_client").connect_to(listener);
    auto server = listener.accept();

    client.type(Bytes(longest_line + 1, std::byte{'x'}));
    client.expect_exit(1);
    client.expect_error_line("");
}

TEST_CASE("the client talks to a server in Python", "[client]") {
    explain_reading();
    auto python = Tool("python3", "python3").run({LAB_PEERS "/echo_server.py"});
    auto client = Program("echo_client").connect_to("127.0.0.1", announced_port(python));

    for (const std::string_view line : {"one\n", "two\n", "three\n"}) {
        client.type(line);
        client.expect_output(line);
    }
    explain_end();
    client.end_input();
    client.expect_exit(0);
}
