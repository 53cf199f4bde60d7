// Everything is a descriptor: signalfd for SIGINT and SIGTERM beside the socket, in one epoll. Of
// what has come up to 16 datagrams are taken with one call, and sent back with one.

#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <iostream>
#include <span>
#include <string>
#include <vector>

#include "net/address.hpp"
#include "net/error.hpp"
#include "net/fd.hpp"
#include "program/announce.hpp"
#include "program/server_options.hpp"

namespace {

constexpr std::size_t most = 16;
constexpr std::size_t longest = 65'535;

void say(const char* call) {
    std::cerr << "ping_server: " << call << ": " << std::strerror(errno) << '\n';
}

net::Fd open_signals() {
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGINT);
    ::sigaddset(&set, SIGTERM);
    net::check(::sigprocmask(SIG_BLOCK, &set, nullptr), "sigprocmask");
    return net::Fd(net::check(::signalfd(-1, &set, SFD_CLOEXEC), "signalfd"));
}

net::Fd open_socket(const net::Address& address) {
    net::Fd socket(net::check(::socket(address.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket"));
    net::check(::bind(socket.get(), address.data(), address.size()),
               [&] { return "bind " + address.to_string(); });
    return socket;
}

void watch(const net::Fd& epoll, const net::Fd& fd) {
    epoll_event event{.events = EPOLLIN, .data = {.fd = fd.get()}};
    net::check(::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd.get(), &event), "epoll_ctl");
}

class Returner {
public:
    explicit Returner(int socket) : socket_(socket) {}

    void take_and_return() {
        for (std::size_t i = 0; i < most; ++i) {
            parts_[i] = {.iov_base = &memory_[i * longest], .iov_len = longest};
            messages_[i].msg_hdr = {};
            messages_[i].msg_hdr.msg_name = &senders_[i];
            messages_[i].msg_hdr.msg_namelen = sizeof senders_[i];
            messages_[i].msg_hdr.msg_iov = &parts_[i];
            messages_[i].msg_hdr.msg_iovlen = 1;
        }
        const int n = ::recvmmsg(socket_, messages_.data(), most, MSG_DONTWAIT, nullptr);
        if (n == -1) {
            if (errno != EAGAIN && errno != EINTR) say("recvmmsg");
            return;
        }
        for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
            parts_[i].iov_len = messages_[i].msg_len;
        }
        send_all(std::span(messages_).first(static_cast<std::size_t>(n)));
    }

private:
    /// An error is that of the first datagram: the others are still to be sent.
    void send_all(std::span<mmsghdr> messages) const {
        while (!messages.empty()) {
            const int n =
                ::sendmmsg(socket_, messages.data(), static_cast<unsigned>(messages.size()), 0);
            if (n == -1 && errno == EINTR) continue;
            if (n == -1) say("sendmmsg");
            messages = messages.subspan(n == -1 ? 1 : static_cast<std::size_t>(n));
        }
    }

    int socket_;
    std::vector<char> memory_ = std::vector<char>(most * longest);
    std::array<sockaddr_storage, most> senders_{};
    std::array<iovec, most> parts_{};
    std::array<mmsghdr, most> messages_{};
};

}  // namespace

int main(int argc, char* argv[]) try {
    const auto options =
        program::parse_server_options(argc, argv, "Returns datagrams, with epoll.", 5051);
    const net::Fd signals = open_signals();
    const net::Fd socket = open_socket(
        net::resolve(options.host, std::to_string(options.port), net::Use::listen).front());
    const net::Fd epoll(net::check(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1"));
    watch(epoll, signals);
    watch(epoll, socket);
    const net::Address address = net::local_address(socket.get());
    program::announce(address.data(), address.size());

    Returner returner(socket.get());
    for (;;) {
        epoll_event event{};
        const int n = net::retry_on_eintr([&] { return ::epoll_wait(epoll.get(), &event, 1, -1); });
        net::check(n, "epoll_wait");
        if (event.data.fd == signals.get()) return 0;
        returner.take_and_return();
    }
} catch (const std::exception& e) {
    std::cerr << "ping_server: " << e.what() << '\n';
    return 1;
}
