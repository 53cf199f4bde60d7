#pragma once

#include <string>
#include <utility>

#include "net/tcp.hpp"

namespace net_tests {

struct Pair {
    net::TcpStream client;
    net::TcpStream server;
};

/// Two ends of one loopback connection, on a port the kernel picks.
inline Pair connected_pair(const std::string& host = "127.0.0.1") {
    auto listener = net::TcpListener::bind(host, "0");
    auto client = net::TcpStream::connect(listener.local_address());
    return {std::move(client), listener.accept()};
}

}  // namespace net_tests
