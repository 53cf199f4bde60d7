#include "net/udp.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "net/attempt.hpp"
#include "net/error.hpp"
#include "net/wait.hpp"

namespace net {
namespace {

using std::chrono::steady_clock;

int open_socket(int family) { return ::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0); }

Attempt try_bind(const Address& address) {
    Fd fd(open_socket(address.family()));
    if (!fd) return failed("socket", errno);
    if (::bind(fd.get(), address.data(), address.size()) == -1) return failed("bind", errno);
    return {.fd = std::move(fd)};
}

Attempt try_connect(const Address& address) {
    Fd fd(open_socket(address.family()));
    if (!fd) return failed("socket", errno);
    if (::connect(fd.get(), address.data(), address.size()) == -1) return failed("connect", errno);
    return {.fd = std::move(fd)};
}

/// " from 127.0.0.1:1" or " to …" for messages; nothing where no peer is set.
std::string connected(const char* towards, int fd) {
    AddressBuffer peer;
    if (::getpeername(fd, peer.data(), peer.room()) == -1) return "";
    return towards + peer.address().to_string();
}

std::string bytes(std::size_t count) {
    return std::to_string(count) + (count == 1 ? " byte" : " bytes");
}

bool not_yet(ssize_t n, int flags) {
    return n == -1 && (flags & MSG_DONTWAIT) != 0 && would_block(errno);
}

/// Without `to` it goes to the connected peer. False: there is no room, and MSG_DONTWAIT was given.
bool transmit(int fd, const Address* to, std::span<const std::byte> data, int flags) {
    const sockaddr* address = to == nullptr ? nullptr : to->data();
    const socklen_t size = to == nullptr ? 0 : to->size();
    const auto n = retry_on_eintr(
        [&] { return ::sendto(fd, data.data(), data.size(), flags, address, size); });
    if (not_yet(n, flags)) return false;
    check(n, [&] {
        const auto where = to == nullptr ? connected(" to ", fd) : " to " + to->to_string();
        return "send" + where + " (" + bytes(data.size()) + ")";
    });
    return true;
}

/// Empty: nothing is there, and MSG_DONTWAIT was given.
std::optional<Datagram> receive(int fd, std::span<std::byte> buffer, int flags) {
    AddressBuffer from;
    // MSG_TRUNC: the result is the datagram's own size, be it more than the buffer has taken.
    const auto n = retry_on_eintr([&] {
        return ::recvfrom(fd, buffer.data(), buffer.size(), flags | MSG_TRUNC, from.data(),
                          from.room());
    });
    if (not_yet(n, flags)) return std::nullopt;
    check(n, [&] { return "recv" + connected(" from ", fd); });
    const auto size = static_cast<std::size_t>(n);
    if (size > buffer.size()) {
        throw_errno(EMSGSIZE, "recv from " + from.address().to_string() + " (" + bytes(size) +
                                  ", room for " + std::to_string(buffer.size()) + ")");
    }
    return Datagram{.from = from.address(), .data = buffer.first(size)};
}

}  // namespace

UdpSocket UdpSocket::bind(const std::string& host, const std::string& service) {
    return UdpSocket(first_success(host, service, Use::listen, Transport::udp, try_bind));
}

UdpSocket UdpSocket::bind(const Address& address) {
    return UdpSocket(take(try_bind(address), address.to_string()));
}

UdpSocket UdpSocket::connect(const std::string& host, const std::string& service) {
    return UdpSocket(first_success(host, service, Use::connect, Transport::udp, try_connect));
}

UdpSocket UdpSocket::connect(const Address& address) {
    return UdpSocket(take(try_connect(address), address.to_string()));
}

UdpSocket UdpSocket::unbound(int family) {
    return UdpSocket(Fd(check(open_socket(family), "socket")));
}

void UdpSocket::send_to(const Address& to, std::span<const std::byte> data) {
    (void)transmit(fd(), &to, data, 0);
}

bool UdpSocket::try_send_to(const Address& to, std::span<const std::byte> data) {
    return transmit(fd(), &to, data, MSG_DONTWAIT);
}

void UdpSocket::send(std::span<const std::byte> data) { (void)transmit(fd(), nullptr, data, 0); }

bool UdpSocket::try_send(std::span<const std::byte> data) {
    return transmit(fd(), nullptr, data, MSG_DONTWAIT);
}

Datagram UdpSocket::recv(std::span<std::byte> buffer) { return *receive(fd(), buffer, 0); }

std::optional<Datagram> UdpSocket::try_recv(std::span<std::byte> buffer) {
    return receive(fd(), buffer, MSG_DONTWAIT);
}

std::optional<Datagram> UdpSocket::recv_until(std::span<std::byte> buffer,
                                              steady_clock::time_point deadline) {
    while (steady_clock::now() < deadline) {
        if (auto datagram = try_recv(buffer)) return datagram;
        (void)wait_until(fd(), POLLIN, deadline);
    }
    return std::nullopt;
}

Address UdpSocket::local_address() const { return net::local_address(fd()); }

Address UdpSocket::peer_address() const { return net::peer_address(fd()); }

}  // namespace net
