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
#include "program/todo.hpp"

/// So many bytes of a datagram can be received.
constexpr std::size_t longest_datagram = 1024;

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
    // Achieve: a UDP socket of the family of `address`, bound to it. A call that fails throws, with
    // what it did in its words: net::check().
    TODO("datagram", address);
    return {};
}

/// Waits for a datagram, and says whose it is. Returns it whole, which may be empty.
std::span<const std::byte> receive(int socket, std::span<std::byte> buffer,
                                   net::AddressBuffer& from) {
    // Achieve: one datagram is received into `buffer`, and whoever sent it is noted in `from`. A
    // call that a signal has interrupted is made again.
    TODO("datagram", socket, buffer, from);

    // Achieve: an error is reported, and the next datagram waited for.
    TODO("refused");
    return {};
}

/// Returns to each sender what it sends.
void serve(int socket) {
    // Achieve: for ever, a datagram is received and sent back to its sender, as it was.
    TODO("datagram", socket);

    // Achieve: there is room for every datagram, however long. One that is empty is one, too.
    TODO("boundaries", longest_datagram);
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
