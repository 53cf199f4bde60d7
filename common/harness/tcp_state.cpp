#include "harness/tcp_state.hpp"

#include <fmt/format.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <string>

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

/// Empty where netlink, or its INET_DIAG, cannot be had.
const net::Fd& netlink() {
    static const net::Fd fd(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
    return fd;
}

/// "0100007F:1F90": the words of the address as the kernel has them in memory, and the port.
std::string proc_name(const net::Address& address) {
    std::array<__be32, 4> words{};
    put_host(address, words.data());
    std::string name;
    const std::size_t count = address.family() == AF_INET ? 1 : 4;
    for (std::size_t i = 0; i < count; ++i) name += fmt::format("{:08X}", words.at(i));
    return name + fmt::format(":{:04X}", address.port());
}

}  // namespace

std::optional<TcpState> find_tcp_socket(const net::Address& local, const net::Address& remote) {
    const Request request = make_request(local, remote);
    if (!netlink() || ::send(netlink().get(), &request, sizeof request, 0) == -1) {
        return find_tcp_socket_in_proc(local, remote);
    }
    alignas(nlmsghdr) std::array<char, 8192> buffer{};
    const auto n = net::check(net::retry_on_eintr([&] {
                                  return ::recv(netlink().get(), buffer.data(), buffer.size(), 0);
                              }),
                              "receive from netlink");
    nlmsghdr header{};
    std::memcpy(&header, buffer.data(), std::min(sizeof header, static_cast<std::size_t>(n)));
    if (header.nlmsg_type != SOCK_DIAG_BY_FAMILY) {
        nlmsgerr error{};
        std::memcpy(&error, buffer.data() + NLMSG_HDRLEN, sizeof error);
        if (error.error == -ENOENT) return std::nullopt;
        return find_tcp_socket_in_proc(local, remote);
    }
    inet_diag_msg found{};
    std::memcpy(&found, buffer.data() + NLMSG_HDRLEN, sizeof found);
    // The look-up also finds a listener at the address; that is not the connection.
    if (found.idiag_state == TCP_LISTEN) return std::nullopt;
    return TcpState{.state = found.idiag_state,
                    .receive_queue = found.idiag_rqueue,
                    .send_queue = found.idiag_wqueue};
}

std::optional<TcpState> find_tcp_socket_in_proc(const net::Address& local,
                                                const net::Address& remote) {
    std::ifstream file(local.family() == AF_INET ? "/proc/net/tcp" : "/proc/net/tcp6");
    const std::string ends = proc_name(local) + ' ' + proc_name(remote) + ' ';
    for (std::string line; std::getline(file, line);) {
        const auto at = line.find(ends);
        if (at == std::string::npos) continue;
        // "01 00000000:00000005": the state, what is not acknowledged yet, what is not read yet;
        // hexadecimal.
        const std::string rest = line.substr(at + ends.size(), 20);
        return TcpState{
            .state = static_cast<std::uint8_t>(std::stoul(rest.substr(0, 2), nullptr, 16)),
            .receive_queue =
                static_cast<std::uint32_t>(std::stoul(rest.substr(12, 8), nullptr, 16)),
            .send_queue = static_cast<std::uint32_t>(std::stoul(rest.substr(3, 8), nullptr, 16))};
    }
    return std::nullopt;
}

bool has_unacknowledged(int fd) {
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == -1) return false;
    const bool closing = info.tcpi_state == TCP_FIN_WAIT1 || info.tcpi_state == TCP_LAST_ACK ||
                         info.tcpi_state == TCP_CLOSING || info.tcpi_state == TCP_SYN_SENT;
    return closing || info.tcpi_unacked != 0;
}

void acknowledge_at_once(int fd) {
    // Only a matter of speed: if it fails, the kernel acknowledges later.
    const int on = 1;
    (void)::setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

bool has_been_reset(int fd) {
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error != 0;
}

}  // namespace harness
