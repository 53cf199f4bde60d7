// Echoes every byte back to the client that sent it, one client at a time (RFC 862).
//
// Usage: echo_server [--host HOST] [--port N]

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
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

/// Ends the program at SIGINT and SIGTERM, whatever it is blocked in.
void end_on_signals() {
    struct sigaction action {};
    // There is nothing to finish. _exit(2) may be called in a handler; std::exit may not.
    action.sa_handler = [](int) { ::_exit(EXIT_SUCCESS); };
    for (const int signal : {SIGINT, SIGTERM}) {
        // sigaction(2): what is to happen when the signal comes.
        if (::sigaction(signal, &action, nullptr) == -1) fail("sigaction");
    }
}

/// The addresses of `host`, which may be a name; the caller frees them with freeaddrinfo(3).
addrinfo* resolve(const std::string& host, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;  // IPv4 and IPv6
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* addresses = nullptr;
    // getaddrinfo(3): a list, best first. Its errors are not errno's.
    const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &addresses);
    if (error != 0) {
        std::cerr << "echo_server: resolve " << host << ": " << ::gai_strerror(error) << '\n';
        std::exit(EXIT_FAILURE);
    }
    return addresses;
}

/// A socket that listens at `address`; -1, with errno set, if that cannot be.
int listen_at(const addrinfo& address) {
    // socket(2): a TCP socket. So far it is only a number in our table of descriptors.
    const int listener = ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener == -1) return -1;

    // setsockopt(2): connections of an earlier run may rest in TIME_WAIT and hold the port.
    const int on = 1;
    // bind(2): now the socket has an address. A port that another program holds is refused here.
    // listen(2): from here on the kernel takes connections, and queues them until we accept.
    if (::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1 ||
        ::bind(listener, address.ai_addr, address.ai_addrlen) == -1 ||
        ::listen(listener, SOMAXCONN) == -1) {
        const int error = errno;  // close may change it
        ::close(listener);
        errno = error;
        return -1;
    }
    return listener;
}

/// A socket that clients can connect to at the host and port of `options`.
int open_listener(const program::ServerOptions& options) {
    addrinfo* const addresses = resolve(options.host, options.port);
    int listener = -1;
    for (const addrinfo* it = addresses; it != nullptr && listener == -1; it = it->ai_next) {
        listener = listen_at(*it);
    }
    if (listener == -1) fail("listen at " + options.host + ':' + std::to_string(options.port));
    ::freeaddrinfo(addresses);
    return listener;
}

/// Prints where `listener` can be reached.
void announce(int listener) {
    // getsockname(2): if we asked for port 0, only the kernel knows which one it chose.
    sockaddr_storage address{};  // has room for every kind of address
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
        if (n == -1 && errno == EINTR) continue;  // a signal came first: signal(7)
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
        if (n == -1 && errno == EINTR) continue;
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
        // A client that has given up while it waited is no reason to stop.
        if (client == -1 && (errno == EINTR || errno == ECONNABORTED)) continue;
        if (client == -1) fail("accept");
        echo(client);
        ::close(client);  // the client reads the end of the stream
    }
}

int main(int argc, char* argv[]) {
    const auto options = program::parse_server_options(
        argc, argv, "Echoes every byte back to the client that sent it.", 5050);
    end_on_signals();
    const int listener = open_listener(options);
    announce(listener);
    serve(listener);
}
