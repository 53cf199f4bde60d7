// Sends each line of stdin to an echo server, and prints what comes back (RFC 862).
//
// Usage: echo_client [--host HOST] [--port N]

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
    struct sigaction action {};
    action.sa_handler = [](int) { ::_exit(EXIT_SUCCESS); };
    for (const int signal : {SIGINT, SIGTERM}) {
        if (::sigaction(signal, &action, nullptr) == -1) fail("sigaction");
    }
}

/// The addresses of `host`, which may be a name; the caller frees them with freeaddrinfo(3).
addrinfo* resolve(const std::string& host, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* addresses = nullptr;
    const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &addresses);
    if (error != 0) fail("resolve " + host, ::gai_strerror(error));
    return addresses;
}

/// A socket connected to `address`; -1, with errno set, if that cannot be.
int connect_to(const addrinfo& address) {
    const int server = ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (server == -1) return -1;
    // connect(2): returns when the other side has taken the connection, or refused it.
    if (::connect(server, address.ai_addr, address.ai_addrlen) == -1) {
        const int error = errno;  // close may change it
        ::close(server);          // a socket whose connect has failed cannot be used again
        errno = error;
        return -1;
    }
    return server;
}

/// A connection to the server of `options`: at the first of its addresses where somebody listens.
int open_connection(const program::ClientOptions& options) {
    addrinfo* const addresses = resolve(options.host, options.port);
    int server = -1;
    for (const addrinfo* it = addresses; it != nullptr && server == -1; it = it->ai_next) {
        server = connect_to(*it);
    }
    if (server == -1) fail("connect " + options.host + ':' + std::to_string(options.port));
    ::freeaddrinfo(addresses);
    return server;
}

/// Sends all of `data`.
void send_all(int server, std::span<const std::byte> data) {
    while (!data.empty()) {
        const ssize_t n = ::send(server, data.data(), data.size(), MSG_NOSIGNAL);
        if (n == -1 && errno == EINTR) continue;
        if (n == -1) fail("send");
        data = data.subspan(static_cast<std::size_t>(n));
    }
}

/// Waits for bytes from the server, as many as `buffer` has room for at the most; none at the end.
std::span<const std::byte> receive(int server, std::span<std::byte> buffer) {
    for (;;) {
        const ssize_t n = ::recv(server, buffer.data(), buffer.size(), 0);
        if (n == -1 && errno == EINTR) continue;
        if (n == -1) fail("recv");
        return buffer.first(static_cast<std::size_t>(n));
    }
}

/// Prints the next `count` bytes from the server, each as soon as it has come.
void print_echo(int server, std::size_t count) {
    std::array<std::byte, 4096> buffer{};
    while (count > 0) {
        const auto room = std::span(buffer).first(std::min(count, buffer.size()));
        const auto data = receive(server, room);
        if (data.empty()) fail("recv", "the server has closed the connection");
        std::cout.write(reinterpret_cast<const char*>(data.data()),
                        static_cast<std::streamsize>(data.size()));
        if (!std::cout.flush()) fail("write stdout");
        count -= data.size();
    }
}

/// Says that no more will come, and waits until the server has said so too.
void finish(int server) {
    // shutdown(2): ends our direction (FIN); the other one stays open.
    if (::shutdown(server, SHUT_WR) == -1) fail("shutdown");
    std::array<std::byte, 1> buffer{};
    if (!receive(server, buffer).empty()) fail("recv", "the server sent more than it got");
    ::close(server);
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
