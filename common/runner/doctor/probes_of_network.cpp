#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

#include "runner/doctor/probes.hpp"

namespace runner {
namespace {

std::string why(const std::string& what) { return what + ": " + std::strerror(errno); }

class Socket {
public:
    Socket(int family, int type, int protocol)
        : fd_(::socket(family, type | SOCK_CLOEXEC, protocol)) {}
    ~Socket() {
        if (fd_ != -1) ::close(fd_);
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    [[nodiscard]] int get() const noexcept { return fd_; }
    [[nodiscard]] bool is_open() const noexcept { return fd_ != -1; }

private:
    int fd_;
};

/// A numeric address with port 0.
struct Host {
    sockaddr_storage address{};
    socklen_t size = 0;

    explicit Host(const char* text) {
        addrinfo hints{};
        hints.ai_flags = AI_NUMERICHOST;
        hints.ai_socktype = SOCK_STREAM;
        addrinfo* found = nullptr;
        if (::getaddrinfo(text, "0", &hints, &found) != 0) return;
        size = found->ai_addrlen;
        std::memcpy(&address, found->ai_addr, size);
        ::freeaddrinfo(found);
    }
    [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&address); }
};

/// Asks the kernel for all TCP sockets in a state that none is in: the answer is short.
bool has_inet_diag() {
    const Socket netlink(AF_NETLINK, SOCK_DGRAM, NETLINK_SOCK_DIAG);
    struct {
        nlmsghdr header;
        inet_diag_req_v2 body;
    } request{};
    request.header.nlmsg_len = sizeof request;
    request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    request.body.sdiag_family = AF_INET;
    request.body.sdiag_protocol = IPPROTO_TCP;
    if (!netlink.is_open() || ::send(netlink.get(), &request, sizeof request, 0) == -1)
        return false;
    std::array<char, 4096> answer{};
    const auto n = ::recv(netlink.get(), answer.data(), answer.size(), 0);
    nlmsghdr header{};
    if (n < static_cast<ssize_t>(sizeof header)) return false;
    std::memcpy(&header, answer.data(), sizeof header);
    return header.nlmsg_type != NLMSG_ERROR;
}

}  // namespace

std::string try_loopback(const char* host) {
    Host place(host);
    const Socket server(place.address.ss_family, SOCK_STREAM, 0);
    if (place.size == 0 || !server.is_open()) return why(std::string("socket for ") + host);
    if (::bind(server.get(), place.get(), place.size) == -1 || ::listen(server.get(), 1) == -1)
        return why(std::string("bind ") + host);
    const Socket client(place.address.ss_family, SOCK_STREAM, 0);
    if (::getsockname(server.get(), place.get(), &place.size) == -1 ||
        ::connect(client.get(), place.get(), place.size) == -1)
        return why(std::string("connect ") + host);
    return "";
}

std::string try_socket_queues() {
    if (has_inet_diag()) return "";
    std::string heading;
    std::ifstream file("/proc/net/tcp");
    if (std::getline(file, heading) && heading.find("rx_queue") != std::string::npos) return "";
    return "neither INET_DIAG nor /proc/net/tcp can be read";
}

}  // namespace runner
