#include "harness/wire/tcp_state.hpp"

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
#include <sstream>
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

/// The timer of a sender whose receiver has no room: a probe from time to time (sock_diag(7)).
constexpr int window_probe = 4;

/// "01 00000000:00000005 04:00000010 00000000 1000 0 4711 …": the state, what is not acknowledged
/// yet and what is not read yet, the timer and when, retransmissions, user, probes, inode; all but
/// the last three hexadecimal.
TcpState parse_proc_line(const std::string& text) {
    std::istringstream fields(text);
    char colon = 0;
    unsigned state = 0;
    unsigned timer = 0;
    std::string skipped;
    TcpState result;
    fields >> std::hex >> state >> result.send_queue >> colon >> result.receive_queue >> timer >>
        skipped >> skipped >> skipped >> skipped >> std::dec >> result.inode;
    result.state = static_cast<std::uint8_t>(state);
    result.waits_for_window = timer == window_probe;
    return result;
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
                    .send_queue = found.idiag_wqueue,
                    .waits_for_window = found.idiag_timer == window_probe,
                    .inode = found.idiag_inode};
}

std::optional<TcpState> find_tcp_socket_in_proc(const net::Address& local,
                                                const net::Address& remote) {
    std::ifstream file(local.family() == AF_INET ? "/proc/net/tcp" : "/proc/net/tcp6");
    const std::string ends = proc_name(local) + ' ' + proc_name(remote) + ' ';
    for (std::string line; std::getline(file, line);) {
        const auto at = line.find(ends);
        if (at == std::string::npos) continue;
        return parse_proc_line(line.substr(at + ends.size()));
    }
    return std::nullopt;
}

std::vector<TcpState> all_tcp_sockets() {
    std::vector<TcpState> sockets;
    for (const char* name : {"/proc/net/tcp", "/proc/net/tcp6"}) {
        std::ifstream file(name);
        std::string line;
        std::getline(file, line);  // the names of the columns
        while (std::getline(file, line)) {
            // "  12: 0100007F:1F90 0100007F:D2A4 " and what parse_proc_line() reads.
            const auto colon = line.find(": ");
            const auto remote = line.find(' ', colon + 2);
            const auto rest = line.find(' ', remote + 1);
            if (colon != std::string::npos && rest != std::string::npos)
                sockets.push_back(parse_proc_line(line.substr(rest)));
        }
    }
    return sockets;
}

bool is_in_flight(const TcpState& socket) {
    return socket.state != TCP_LISTEN && socket.state != TCP_TIME_WAIT && socket.send_queue != 0 &&
           !socket.waits_for_window;
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
