#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <iostream>

#include "faulted.hpp"

namespace faulted {
namespace {

void resolve(const char* name) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    const int error = ::getaddrinfo(name, "7", &hints, &list);
    if (error != 0) {
        std::cout << ::gai_strerror(error) << std::endl;
        return;
    }
    for (const addrinfo* it = list; it != nullptr; it = it->ai_next) {
        std::array<char, INET6_ADDRSTRLEN> text{};
        ::getnameinfo(it->ai_addr, it->ai_addrlen, text.data(), text.size(), nullptr, 0,
                      NI_NUMERICHOST);
        std::cout << text.data() << ' ';
    }
    std::cout << std::endl;
    ::freeaddrinfo(list);
}

}  // namespace

void add_resolver(Table& table) {
    table["resolve"] = [] { resolve("lab.test"); };
    table["resolve another"] = [] { resolve("127.0.0.9"); };
}

}  // namespace faulted
