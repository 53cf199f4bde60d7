#include "harness/tcp_state.hpp"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "net/error.hpp"
#include "net/fd.hpp"

namespace harness {
namespace {

struct Request {
    nlmsghdr header;
    inet_diag_req_v2 body;
};

/// Copies the host part of an address, as it stands on the wire, to where inet_diag wants it.
void put_host(const net::Address& address, __be32* words) {
    if (address.family() == AF_INET) {
        sockaddr_in v4;
        std::memcpy(&v4, address.data(), sizeof v4);
        words[0] = v4.sin_addr.s_addr;
    } else {
        sockaddr_in6 v6;
        std::memcpy(&v6, address.data(), sizeof v6);
        std::memcpy(words, &v6.sin6_addr, sizeof v6.sin6_addr);
    }
}

Request make_request(const net::Address& local, const net::Address& remote) {
    Request request{};
    request.header.nlmsg_len = sizeof request;
    request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    request.header.nlmsg_flags = NLM_F_REQUEST;
    request.body.sdiag_family = static_cast<std::uint8_t>(local.family());
    request.body.sdiag_protocol = IPPROTO_TCP;
    request.body.idiag_states = std::numeric_limits<std::uint32_t>::max();
    request.body.id.idiag_sport = htons(local.port());
    request.body.id.idiag_dport = htons(remote.port());
    put_host(local, request.body.id.idiag_src);
    put_host(remote, request.body.id.idiag_dst);
    request.body.id.idiag_cookie[0] = request.body.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
    return request;
}

const net::Fd& netlink() {
    static const net::Fd fd(net::check(
        ::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG), "socket AF_NETLINK"));
    return fd;
}

}  // namespace

std::optional<TcpState> find_tcp_socket(const net::Address& local, const net::Address& remote) {
    const Request request = make_request(local, remote);
    net::check(::send(netlink().get(), &request, sizeof request, 0), "send to netlink");

    alignas(nlmsghdr) std::array<char, 8192> buffer;
    const auto n = net::check(net::retry_on_eintr([&] {
                                  return ::recv(netlink().get(), buffer.data(), buffer.size(), 0);
                              }),
                              "receive from netlink");
    nlmsghdr header{};
    std::memcpy(&header, buffer.data(), std::min(sizeof header, static_cast<std::size_t>(n)));
    if (header.nlmsg_type != SOCK_DIAG_BY_FAMILY) return std::nullopt;  // an error: ENOENT
    inet_diag_msg found{};
    std::memcpy(&found, buffer.data() + NLMSG_HDRLEN, sizeof found);
    // The look-up also finds a listener at the address; that is not the connection.
    if (found.idiag_state == TCP_LISTEN) return std::nullopt;
    return TcpState{.state = found.idiag_state,
                    .receive_queue = found.idiag_rqueue,
                    .send_queue = found.idiag_wqueue};
}

bool has_unacknowledged(int fd) {
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == -1) return false;
    const bool closing = info.tcpi_state == TCP_FIN_WAIT1 || info.tcpi_state == TCP_LAST_ACK ||
                         info.tcpi_state == TCP_CLOSING || info.tcpi_state == TCP_SYN_SENT;
    return closing || info.tcpi_unacked != 0;
}

bool has_been_reset(int fd) {
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error != 0;
}

}  // namespace harness
