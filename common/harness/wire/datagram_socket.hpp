#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "harness/run/bytes.hpp"
#include "net/address.hpp"
#include "net/udp.hpp"

namespace harness {

/// One datagram, and who has sent it.
struct Datagram {
    net::Address from;
    Bytes data;
};

using net::longest_datagram;  // tests send so much

/// A UDP socket of the bench (udp(7)), never connected, with as much room for what comes as the
/// system allows. No call blocks, and no datagram is cut.
class DatagramSocket {
public:
    /// Binds it; port 0 is any free one. Throws std::system_error.
    explicit DatagramSocket(const net::Address& at);

    /// One at the loopback, at any free port but the server's: if nobody has that any more, we
    /// would send to ourselves, and take that for an answer.
    [[nodiscard]] static DatagramSocket beside(const net::Address& server);

    [[nodiscard]] net::Address address() const { return socket_.local_address(); }
    [[nodiscard]] int fd() const noexcept { return socket_.fd(); }

    /// Sends one datagram, of 0 bytes too. That an earlier one was refused does not hinder it.
    /// Throws std::system_error: EMSGSIZE for more than longest_datagram.
    void send(const net::Address& to, std::span<const std::byte> data);

    /// The next datagram; std::nullopt while there is none.
    [[nodiscard]] std::optional<Datagram> try_receive();

    /// The address of somebody who has refused a datagram of ours (ICMP "port unreachable";
    /// IP_RECVERR, ip(7)); std::nullopt when there is no such news.
    [[nodiscard]] std::optional<net::Address> try_receive_refusal() const;

    /// True while a datagram or a refusal waits to be taken.
    [[nodiscard]] bool has_news() const;

    /// How many datagrams for this socket the kernel has thrown away, for lack of room.
    [[nodiscard]] std::uint32_t dropped() const;

private:
    net::UdpSocket socket_;
};

}  // namespace harness
