// Returns every datagram, unchanged, to whoever sent it (UDP, RFC 768; echo, RFC 862).
//
// Usage: ping_server [--host HOST] [--port N]

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <iostream>
#include <span>
#include <string>
#include <vector>

#include "net/address.hpp"
#include "net/error.hpp"
#include "net/fd.hpp"
#include "program/announce.hpp"
#include "program/server_options.hpp"

/// No datagram is longer: the length in its header has 16 bits (RFC 768).
constexpr std::size_t longest_datagram = 65535;

/// Says on stderr what failed and why, and goes on: it concerns one datagram.
void report(const std::string& what, int error) {
    std::cerr << "ping_server: " << what << ": " << std::strerror(error) << '\n';
}

/// Ends the program at SIGINT and SIGTERM, whatever it is blocked in.
void end_on_signals() {
    struct sigaction action {};
    action.sa_handler = [](int) { ::_exit(EXIT_SUCCESS); };
    for (const int signal : {SIGINT, SIGTERM}) {
        net::check(::sigaction(signal, &action, nullptr), "sigaction");
    }
}

/// A UDP socket at `address`. No SO_REUSEADDR: with UDP it would let a second server take the port.
net::Fd open_socket(const net::Address& address) {
    net::Fd socket(net::check(::socket(address.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket"));
    // bind(2): from here on datagrams for this address are kept for us. There is no listen.
    net::check(::bind(socket.get(), address.data(), address.size()),
               [&] { return "bind " + address.to_string(); });
    return socket;
}

/// Waits for a datagram, and says whose it is. Returns it whole, which may be empty.
std::span<const std::byte> receive(int socket, std::span<std::byte> buffer,
                                   net::AddressBuffer& from) {
    for (;;) {
        // recvfrom(2): exactly one datagram. What does not fit into the buffer is thrown away.
        const ssize_t n =
            ::recvfrom(socket, buffer.data(), buffer.size(), 0, from.data(), from.room());
        if (n != -1) return buffer.first(static_cast<std::size_t>(n));
        if (errno != EINTR) report("recvfrom", errno);
    }
}

/// Returns to each sender what it sends.
void serve(int socket) {
    std::vector<std::byte> buffer(longest_datagram);
    for (net::AddressBuffer from;;) {
        const auto datagram = receive(socket, buffer, from);
        const net::Address sender = from.address();
        // sendto(2): exactly one datagram, all of it or nothing.
        const ssize_t n = net::retry_on_eintr([&] {
            return ::sendto(socket, datagram.data(), datagram.size(), 0, sender.data(),
                            sender.size());
        });
        if (n == -1) report("sendto " + sender.to_string(), errno);
    }
}

int main(int argc, char* argv[]) {
    const auto options =
        program::parse_server_options(argc, argv, "Returns every datagram to its sender.", 5051);
    try {
        end_on_signals();
        // Of a name the first address: with UDP no attempt would show which one works.
        const auto addresses =
            net::resolve(options.host, std::to_string(options.port), net::Use::listen);
        const net::Fd socket = open_socket(addresses.front());
        const net::Address address = net::local_address(socket.get());
        program::announce(address.data(), address.size());
        serve(socket.get());
    } catch (const std::exception& error) {
        std::cerr << "ping_server: " << error.what() << '\n';
        return EXIT_FAILURE;
    }
}
