#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "net/address.hpp"
#include "net/fd.hpp"

namespace net {

/// The longest datagram that UDP over IPv4 carries: 65,535 bytes less the headers (RFC 791, RFC
/// 768). Over IPv6, which does not count its own header, it is 65,527 (RFC 8200).
inline constexpr std::size_t longest_datagram = 65507;

/// A datagram that has come. Its bytes lie at the beginning of the buffer that recv was given.
struct Datagram {
    Address from;
    std::span<std::byte> data;
};

/// A UDP socket (RFC 768, udp(7)): each send is one datagram, each recv takes one, and any of them
/// may get lost, come twice, or overtake another. Owns its descriptor: destruction closes it.
///
/// A datagram of 0 bytes is data; there is no end. std::nullopt or false, only from a try_ function
/// and recv_until, is "not yet"; every failure throws std::system_error and concerns one call: the
/// socket goes on. Signals do not interrupt a call.
class UdpSocket {
public:
    /// Resolves, and binds to the first address that can be had. Service "0" lets the kernel choose
    /// a port: see local_address(). No host is usually every IPv4 interface, "::" every one; the
    /// answer to somebody may then bear another address than was asked (IP_PKTINFO, ip(7)).
    /// Throws `bind 127.0.0.1:53: Permission denied`; bind(2).
    [[nodiscard]] static UdpSocket bind(const std::string& host, const std::string& service);
    /// The same for one address. Without SO_REUSEADDR, by which two servers would share the port.
    [[nodiscard]] static UdpSocket bind(const Address& address);

    /// Resolves, and takes the first address to which there is a route. Sends nothing: whether
    /// anybody is there is not known. The socket hears only that peer, and throws what ICMP says
    /// of it. Throws `connect 192.0.2.1:53: Network is unreachable`; connect(2).
    [[nodiscard]] static UdpSocket connect(const std::string& host, const std::string& service);
    /// The same for one address.
    [[nodiscard]] static UdpSocket connect(const Address& address);

    /// A client's socket, for send_to() to addresses of this family: `unbound(server.family())`. It
    /// gets a port when it first sends, hears everybody, and is not told what ICMP says.
    [[nodiscard]] static UdpSocket unbound(int family);

    /// Sends one datagram, whole or not at all; waits while the kernel has no room. Nobody tells
    /// whether it arrives. Throws EMSGSIZE for one that is too long; send(2).
    void send_to(const Address& to, std::span<const std::byte> data);
    /// The same without waiting: false, and nothing sent, while there is no room.
    [[nodiscard]] bool try_send_to(const Address& to, std::span<const std::byte> data);

    /// The same to the peer of connect(). `send to 127.0.0.1:1 (4 bytes): Connection refused` tells
    /// of an earlier datagram, and the one given now has not been sent.
    void send(std::span<const std::byte> data);
    [[nodiscard]] bool try_send(std::span<const std::byte> data);

    /// Waits for a datagram. One that does not fit into `buffer` is lost, and throws EMSGSIZE: room
    /// for 65,536 bytes is enough for any. After connect(), ECONNREFUSED tells, once, that an
    /// earlier datagram has found nobody; recv(2).
    [[nodiscard]] Datagram recv(std::span<std::byte> buffer);
    /// The same without waiting: std::nullopt while there is none.
    [[nodiscard]] std::optional<Datagram> try_recv(std::span<std::byte> buffer);
    /// The same, but std::nullopt from `deadline` on, even if one has come by then: so a loop that
    /// skips what it does not want ends in time, whatever anybody sends.
    [[nodiscard]] std::optional<Datagram> recv_until(
        std::span<std::byte> buffer, std::chrono::steady_clock::time_point deadline);

    [[nodiscard]] Address local_address() const;  ///< throws as net::local_address()
    [[nodiscard]] Address peer_address() const;   ///< of connect(); throws as net::peer_address()

    /// The descriptor, lent for poll(2) or setsockopt(2); -1 once moved from.
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

private:
    explicit UdpSocket(Fd fd) noexcept : fd_(std::move(fd)) {}

    Fd fd_;
};

}  // namespace net
