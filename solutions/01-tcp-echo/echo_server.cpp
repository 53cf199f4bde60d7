// Echoes every byte back to the client that sent it, one client at a time (RFC 862).
//
// Usage: echo_server [--host ADDR] [--port N]

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <span>
#include <string>

#include "program/announce.hpp"
#include "program/server_options.hpp"

/// Says on stderr what failed and why: call it at once, the next call may change errno.
void report(const std::string& what) {
    const int error = errno;
    std::cerr << "echo_server: " << what << ": " << std::strerror(error) << '\n';
}

/// Ends a program that cannot do its work.
[[noreturn]] void fail(const std::string& what) {
    report(what);
    std::exit(EXIT_FAILURE);
}

/// A socket that clients can connect to at the host and port of `options`.
int open_listener(const program::ServerOptions& options) {
    // socket(2): a TCP socket. So far it is only a number in our table of descriptors.
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener == -1) fail("socket");

    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(options.port);  // the wire has the high byte first
    if (::inet_pton(AF_INET, options.host.c_str(), &address.sin_addr) != 1) {
        errno = EINVAL;
        fail("address " + options.host);
    }

    // bind(2): now the socket has an address. A port that another program holds is refused here.
    if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == -1) {
        fail("bind " + options.host + ':' + std::to_string(options.port));
    }
    // listen(2): from here on the kernel takes connections, and queues them until we accept.
    if (::listen(listener, SOMAXCONN) == -1) fail("listen");
    return listener;
}

/// Prints where `listener` can be reached.
void announce(int listener) {
    // getsockname(2): if we asked for port 0, only the kernel knows which one it chose.
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == -1) {
        fail("getsockname");
    }
    program::announce(reinterpret_cast<const sockaddr*>(&address), size);
}

/// Sends all of `data`. Returns false, with errno set, when the connection has failed.
bool send_all(int client, std::span<const std::byte> data) {
    while (!data.empty()) {
        // send(2) may take less than it is offered. MSG_NOSIGNAL: a client that has gone is an
        // error of this call, not a signal that kills the server.
        const ssize_t n = ::send(client, data.data(), data.size(), MSG_NOSIGNAL);
        if (n == -1) return false;
        data = data.subspan(static_cast<std::size_t>(n));
    }
    return true;
}

/// Returns to `client` what it sends, until it has no more to send.
void echo(int client) {
    std::array<std::byte, 4096> buffer{};
    for (;;) {
        // recv(2): some of the bytes that have come, at least one; 0 when the client has finished.
        const ssize_t n = ::recv(client, buffer.data(), buffer.size(), 0);
        if (n == -1) return report("recv");
        if (n == 0) return;
        if (!send_all(client, std::span(buffer).first(static_cast<std::size_t>(n)))) {
            return report("send");
        }
    }
}

/// Serves the clients of `listener`, one after another.
void serve(int listener) {
    for (;;) {
        // accept(2): a socket of its own for the connection; `listener` stays the door.
        const int client = ::accept(listener, nullptr, nullptr);
        if (client == -1) fail("accept");
        echo(client);
        ::close(client);  // the client reads the end of the stream
    }
}

int main(int argc, char* argv[]) {
    const auto options = program::parse_server_options(
        argc, argv, "Echoes every byte back to the client that sent it.", 5050);
    const int listener = open_listener(options);
    announce(listener);
    serve(listener);
}
