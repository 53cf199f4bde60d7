#include "harness/wire/datagram_socket.hpp"

#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <system_error>

#include "harness/wire/loopback.hpp"
#include "net/error.hpp"

namespace harness {
namespace {

void set_option(int fd, int level, int option, int value) {
    net::check(::setsockopt(fd, level, option, &value, sizeof value), "setsockopt");
}

/// Beyond the system's limit (net.core.rmem_max) where we have the right to, else up to it.
void make_room(int fd) {
    constexpr int room = 8 << 20;
    if (::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) == 0) return;
    set_option(fd, SOL_SOCKET, SO_RCVBUF, room);
}

/// Room for the largest datagram that there can be: so none is ever cut.
std::span<std::byte> room_for_any() {
    static std::array<std::byte, 65536> buffer;
    return buffer;
}

/// ICMP's news of an earlier datagram, which the kernel reports by the next call, whatever it is.
bool is_about_another(const std::error_code& error) {
    return error == std::errc::connection_refused || error == std::errc::host_unreachable ||
           error == std::errc::network_unreachable;
}

/// What `call` returns once no news of another datagram comes in its place.
template <typename Call>
auto despite_news(Call call) {
    for (;;) {
        try {
            return call();
        } catch (const std::system_error& error) {
            if (!is_about_another(error.code())) throw;
        }
    }
}

}  // namespace

DatagramSocket::DatagramSocket(const net::Address& at) : socket_(net::UdpSocket::bind(at)) {
    make_room(fd());
    if (at.family() == AF_INET) {
        set_option(fd(), IPPROTO_IP, IP_RECVERR, 1);
    } else {
        set_option(fd(), IPPROTO_IPV6, IPV6_RECVERR, 1);
    }
}

DatagramSocket DatagramSocket::beside(const net::Address& server) {
    DatagramSocket socket(loopback_beside(server));
    if (socket.address() != server) return socket;
    return DatagramSocket(loopback_beside(server));  // while the first one has the server's port
}

void DatagramSocket::send(const net::Address& to, std::span<const std::byte> data) {
    despite_news([&] { socket_.send_to(to, data); });
}

std::optional<Datagram> DatagramSocket::try_receive() {
    const auto datagram = despite_news([&] { return socket_.try_recv(room_for_any()); });
    if (!datagram) return std::nullopt;
    return Datagram{.from = datagram->from,
                    .data = Bytes(datagram->data.begin(), datagram->data.end())};
}

std::optional<net::Address> DatagramSocket::try_receive_refusal() const {
    const auto room = room_for_any();
    net::AddressBuffer refused_by;
    iovec data{.iov_base = room.data(), .iov_len = room.size()};
    msghdr message{};
    message.msg_name = refused_by.data();
    message.msg_namelen = *refused_by.room();
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    const auto n = net::retry_on_eintr([&] { return ::recvmsg(fd(), &message, MSG_ERRQUEUE); });
    if (n == -1 && errno == EAGAIN) return std::nullopt;
    net::check(n, "recvmsg");
    // What comes back is our own datagram, and the name is where it was sent to.
    return refused_by.address();
}

bool DatagramSocket::has_news() const {
    pollfd set{.fd = fd(), .events = POLLIN, .revents = 0};
    return net::check(net::retry_on_eintr([&] { return ::poll(&set, 1, 0); }), "poll") != 0;
}

std::uint32_t DatagramSocket::dropped() const {
    std::array<std::uint32_t, SK_MEMINFO_VARS> info{};
    socklen_t size = sizeof info;
    net::check(::getsockopt(fd(), SOL_SOCKET, SO_MEMINFO, info.data(), &size), "getsockopt");
    return info[SK_MEMINFO_DROPS];
}

}  // namespace harness
