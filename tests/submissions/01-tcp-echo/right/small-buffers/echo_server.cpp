// Buffers of 512 bytes, recvmsg and sendmsg on sockets that never block, and signals that are read
// from a descriptor (signalfd): each wait is a poll for the one thing that is due, and for a
// signal.

#include <netdb.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <iostream>
#include <optional>
#include <string>

#include "program/announce.hpp"
#include "program/server_options.hpp"

namespace {

[[noreturn]] void quit(const std::string& what, const char* why) {
    std::cerr << "echo_server: " << what << ": " << why << '\n';
    std::exit(1);
}

/// A descriptor that can be read when SIGTERM or SIGINT has come.
int signal_descriptor() {
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGTERM);
    ::sigaddset(&set, SIGINT);
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    const int fd = ::signalfd(-1, &set, SFD_CLOEXEC);
    if (fd == -1) quit("signalfd", std::strerror(errno));
    return fd;
}

class Server {
public:
    explicit Server(const program::ServerOptions& options) {
        addrinfo hints{};
        hints.ai_socktype = SOCK_STREAM;
        const std::string port = std::to_string(options.port);
        addrinfo* list = nullptr;
        if (const int rc = ::getaddrinfo(options.host.c_str(), port.c_str(), &hints, &list))
            quit("resolve " + options.host, ::gai_strerror(rc));
        std::optional<int> error;
        for (const addrinfo* it = list; it != nullptr && error.value_or(1) != 0; it = it->ai_next)
            error = listen_at(*it);
        ::freeaddrinfo(list);
        if (*error != 0) quit("bind " + options.host + ':' + port, std::strerror(*error));
    }

    void announce() const {
        sockaddr_storage address{};
        socklen_t size = sizeof address;
        if (::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == -1)
            quit("getsockname", std::strerror(errno));
        program::announce(reinterpret_cast<sockaddr*>(&address), size);
    }

    /// Until a signal comes.
    void serve() const {
        while (wait(listener_, POLLIN)) {
            const int client = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (client == -1 && errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
                quit("accept", std::strerror(errno));
            if (client == -1) continue;
            echo(client);
            ::close(client);
        }
    }

private:
    /// Returns 0 or an errno.
    int listen_at(const addrinfo& address) {
        const int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
        listener_ = ::socket(address.ai_family, type, 0);
        if (listener_ == -1) return errno;
        const int on = 1;
        if (::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
            ::bind(listener_, address.ai_addr, address.ai_addrlen) == 0 &&
            ::listen(listener_, SOMAXCONN) == 0)
            return 0;
        const int error = errno;
        ::close(listener_);
        return error;
    }

    /// Waits until `fd` is ready. False: stop, for a signal has come.
    [[nodiscard]] bool wait(int fd, short events) const {
        std::array<pollfd, 2> set{{{signals_, POLLIN, 0}, {fd, events, 0}}};
        while (::poll(set.data(), set.size(), -1) == -1) {
            if (errno != EINTR) quit("poll", std::strerror(errno));
        }
        return set[0].revents == 0;
    }

    void echo(int client) const {
        std::array<char, 512> buffer{};
        while (wait(client, POLLIN)) {
            iovec part{.iov_base = buffer.data(), .iov_len = buffer.size()};
            msghdr message{};
            message.msg_iov = &part;
            message.msg_iovlen = 1;
            ssize_t n = ::recvmsg(client, &message, 0);
            if (n == -1 && (errno == EAGAIN || errno == EINTR)) continue;
            if (n == -1) std::cerr << "echo_server: recvmsg: " << std::strerror(errno) << '\n';
            if (n <= 0) return;
            part.iov_len = static_cast<std::size_t>(n);
            while (part.iov_len > 0) {
                n = ::sendmsg(client, &message, MSG_NOSIGNAL);
                if (n == -1 && errno == EAGAIN && !wait(client, POLLOUT)) return;
                if (n == -1 && (errno == EAGAIN || errno == EINTR)) continue;
                if (n == -1) std::cerr << "echo_server: sendmsg: " << std::strerror(errno) << '\n';
                if (n == -1) return;
                part.iov_base = static_cast<char*>(part.iov_base) + n;
                part.iov_len -= static_cast<std::size_t>(n);
            }
        }
    }

    int signals_ = signal_descriptor();
    int listener_ = -1;
};

}  // namespace

int main(int argc, char* argv[]) {
    Server server(program::parse_server_options(argc, argv, "Echoes, 512 bytes at a time.", 5050));
    server.announce();
    server.serve();
}
