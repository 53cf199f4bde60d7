#include "program/announce.hpp"

#include <netdb.h>

#include <array>
#include <iostream>
#include <stdexcept>
#include <string>

namespace program {

void announce(const sockaddr* address, socklen_t size) {
    std::array<char, NI_MAXHOST> host{};
    std::array<char, NI_MAXSERV> port{};
    const int rc = ::getnameinfo(address, size, host.data(), host.size(), port.data(), port.size(),
                                 NI_NUMERICHOST | NI_NUMERICSERV);
    if (rc != 0) {
        throw std::invalid_argument(std::string("announce: no IPv4 or IPv6 address: ") +
                                    ::gai_strerror(rc));
    }
    const bool ipv6 = address->sa_family == AF_INET6;
    std::cout << "listening on " << (ipv6 ? "[" : "") << host.data() << (ipv6 ? "]:" : ":")
              << port.data() << std::endl;  // a pipe is not flushed by the end of a line
}

}  // namespace program
