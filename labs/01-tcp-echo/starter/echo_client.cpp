// Sends each line of stdin to an echo server, and prints what comes back (RFC 862).
//
// Usage: echo_client [--host HOST] [--port N]

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <span>
#include <string>

#include "program/client_options.hpp"
#include "program/todo.hpp"

/// A line and its echo must fit into the buffers of both kernels: nobody reads while it is sent.
constexpr std::size_t longest_line = 65536;

/// Ends the program with what failed and why.
[[noreturn]] void fail(const std::string& what, const std::string& why) {
    std::cerr << "echo_client: " << what << ": " << why << '\n';
    std::exit(EXIT_FAILURE);
}

/// The same with the reason that errno gives: call it at once, the next call may change errno.
[[noreturn]] void fail(const std::string& what) { fail(what, std::strerror(errno)); }

/// The next line of stdin with its newline; the last one may have none; empty at the end.
std::string read_line() {
    std::string line;
    for (char c = 0; std::cin.get(c);) {
        if (line.size() == longest_line) fail("read stdin", "a line is longer than 65,536 bytes");
        line += c;
        if (c == '\n') break;
    }
    return line;
}

/// Ends the program at SIGINT and SIGTERM, whatever it is blocked in.
void end_on_signals() {
    // Achieve: either signal ends the program at once, with exit status 0.
    TODO("real-world");
}

/// A connection to the server of `options`.
int open_connection(const program::ClientOptions& options) {
    // Achieve: a TCP socket that is connected to that address. Where nobody listens the program
    // says so, and ends.
    TODO("client", options);

    // Achieve: a host may be a name, and an address may be one of IPv6: the first that works.
    TODO("names", options);
    return -1;
}

/// Sends all of `data`.
void send_all(int server, std::span<const std::byte> data) {
    // Achieve: as in your server, but here a failed connection ends the program.
    TODO("client", server, data);
}

/// Waits for bytes from the server, as many as `buffer` has room for at the most; none at the end.
std::span<const std::byte> receive(int server, std::span<std::byte> buffer) {
    // Achieve: what has come, `buffer.first(…)`. A failure ends the program.
    TODO("client", server, buffer);

    // Achieve: a call that a signal has interrupted is made again. (In send_all() too.)
    TODO("real-world");
    return {};
}

/// Prints the next `count` bytes from the server, each as soon as it has come.
void print_echo(int server, std::size_t count) {
    // Achieve: exactly so many bytes are received, printed and flushed. If the server ends before,
    // that is a failure.
    TODO("client", server, count);
}

/// Says that no more will come, and waits until the server has said so too.
void finish(int server) {
    // Achieve: the server reads the end of the stream, and this program waits for the server's.
    TODO("client", server);
}

int main(int argc, char* argv[]) {
    const auto options = program::parse_client_options(
        argc, argv, "Sends each line of stdin to an echo server, and prints what comes back.",
        5050);
    end_on_signals();
    std::ios::sync_with_stdio(false);  // stdio takes an interrupted read for the end of stdin
    const int server = open_connection(options);
    for (std::string line = read_line(); !line.empty(); line = read_line()) {
        send_all(server, std::as_bytes(std::span(line)));
        print_echo(server, line.size());
    }
    finish(server);
}
