#pragma once

#include <sys/socket.h>

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <utility>

#include "net/io.hpp"
#include "net/udp.hpp"

namespace net_tests {

/// Room for any datagram.
using Room = std::array<std::byte, 65536>;

inline std::string text_of(const net::Datagram& datagram) {
    return std::string(net::as_text(datagram.data));
}

struct DatagramPair {
    net::UdpSocket client;  ///< connected to the server
    net::UdpSocket server;
};

inline DatagramPair datagram_pair(const std::string& host = "127.0.0.1") {
    auto server = net::UdpSocket::bind(host, "0");
    auto client = net::UdpSocket::connect(server.local_address());
    return {std::move(client), std::move(server)};
}

/// A port of ours where nobody takes datagrams: its socket hears only itself, until it hears
/// another, and ICMP refuses what others send. Nobody else can get the port meanwhile.
class RefusingPort {
public:
    explicit RefusingPort(const std::string& host = "127.0.0.1")
        : socket_(net::UdpSocket::bind(host, "0")) {
        hear(address());
    }

    [[nodiscard]] net::Address address() const { return socket_.local_address(); }
    void hear(const net::Address& peer) {
        REQUIRE(::connect(socket_.fd(), peer.data(), peer.size()) == 0);
    }
    [[nodiscard]] net::UdpSocket& socket() { return socket_; }

private:
    net::UdpSocket socket_;
};

}  // namespace net_tests
