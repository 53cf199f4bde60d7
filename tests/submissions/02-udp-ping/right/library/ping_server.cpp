// As short as the course's library makes it. A handler ends it: there is nothing to finish.

#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <exception>
#include <iostream>
#include <string>
#include <system_error>
#include <vector>

#include "net/udp.hpp"
#include "program/announce.hpp"
#include "program/server_options.hpp"

int main(int argc, char* argv[]) try {
    const auto [host, port] =
        program::parse_server_options(argc, argv, "Returns datagrams, by the library.", 5051);
    for (const int number : {SIGINT, SIGTERM}) std::signal(number, [](int) { ::_exit(0); });
    auto socket = net::UdpSocket::bind(host, std::to_string(port));
    const net::Address address = socket.local_address();
    program::announce(address.data(), address.size());

    std::vector<std::byte> buffer(65'536);
    for (;;) {
        try {
            const net::Datagram datagram = socket.recv(buffer);
            socket.send_to(datagram.from, datagram.data);
        } catch (const std::system_error& e) {  // it concerns one datagram
            std::cerr << "ping_server: " << e.what() << '\n';
        }
    }
} catch (const std::exception& e) {
    std::cerr << "ping_server: " << e.what() << '\n';
    return 1;
}
