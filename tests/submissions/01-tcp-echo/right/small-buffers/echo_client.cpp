// read(2) on stdin, recvmsg and sendmsg on a socket that never blocks, all with buffers of 512
// bytes; signals are read from a descriptor (signalfd) that every wait includes, that for connect
// too.

#include <netdb.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <iostream>
#include <string>
#include <string_view>

#include "program/client_options.hpp"

namespace {

constexpr std::size_t longest_line = 65536;
using Buffer = std::array<char, 512>;

[[noreturn]] void quit(const std::string& what, const char* why = std::strerror(errno)) {
    std::cerr << "echo_client: " << what << ": " << why << '\n';
    std::exit(1);
}

/// Whether the call that has just failed only came too early, or was interrupted.
bool again() { return errno == EAGAIN || errno == EINTR; }

/// Waits until `fd` is ready; a signal ends the program.
void wait(int fd, short events) {
    static const int signals = [] {
        sigset_t set;
        ::sigemptyset(&set);
        ::sigaddset(&set, SIGTERM);
        ::sigaddset(&set, SIGINT);
        ::sigprocmask(SIG_BLOCK, &set, nullptr);
        return ::signalfd(-1, &set, SFD_CLOEXEC);
    }();
    std::array<pollfd, 2> set{{{signals, POLLIN, 0}, {fd, events, 0}}};
    while (::poll(set.data(), set.size(), -1) == -1) {
        if (errno != EINTR) quit("poll");
    }
    if (set[0].revents != 0) std::exit(0);
}

/// Returns 0 or an errno.
int connect_to(int fd, const addrinfo& address) {
    if (::connect(fd, address.ai_addr, address.ai_addrlen) == 0) return 0;
    if (errno != EINPROGRESS && errno != EINTR) return errno;
    wait(fd, POLLOUT);
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

int open_connection(const program::ClientOptions& options) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    const std::string port = std::to_string(options.port);
    addrinfo* list = nullptr;
    if (const int rc = ::getaddrinfo(options.host.c_str(), port.c_str(), &hints, &list))
        quit("resolve " + options.host, ::gai_strerror(rc));
    int error = 0;
    for (const addrinfo* it = list; it != nullptr; it = it->ai_next) {
        const int fd = ::socket(it->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        error = fd == -1 ? errno : connect_to(fd, *it);
        if (error == 0) {
            ::freeaddrinfo(list);
            return fd;
        }
        ::close(fd);
    }
    quit("connect " + options.host + ':' + port, std::strerror(error));
}

/// Takes the next line out of `ahead`, and reads more while there is none in it; empty at the end.
std::string read_line(std::string& ahead) {
    Buffer buffer;
    std::size_t newline = ahead.find('\n');
    while (newline == std::string::npos && ahead.size() <= longest_line) {
        wait(STDIN_FILENO, POLLIN);
        const ssize_t n = ::read(STDIN_FILENO, buffer.data(), buffer.size());
        if (n == 0) break;
        if (n == -1 && !again()) quit("read");
        if (n == -1) continue;
        const std::string_view fresh(buffer.data(), static_cast<std::size_t>(n));
        if (fresh.find('\n') != std::string_view::npos) newline = ahead.size() + fresh.find('\n');
        ahead += fresh;
    }
    const std::size_t size = newline == std::string::npos ? ahead.size() : newline + 1;
    if (size > longest_line) quit("read", "a line is longer than 65,536 bytes");
    std::string line = ahead.substr(0, size);
    ahead.erase(0, size);
    return line;
}

/// One sendmsg or recvmsg (`call`) of a buffer at most; waits until it is possible.
template <typename Call>
std::size_t transfer(int fd, short events, Call call, char* data, std::size_t size) {
    iovec part{.iov_base = data, .iov_len = std::min(size, Buffer().size())};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    for (;;) {
        wait(fd, events);
        const ssize_t n = call(fd, &message, MSG_NOSIGNAL);
        if (n >= 0) return static_cast<std::size_t>(n);
        if (!again()) quit(events == POLLIN ? "recvmsg" : "sendmsg");
    }
}

void print(const char* data, std::size_t size) {
    for (std::size_t done = 0; done < size;) {
        wait(STDOUT_FILENO, POLLOUT);
        const ssize_t n = ::write(STDOUT_FILENO, data + done, size - done);
        if (n == -1 && !again()) quit("write");
        if (n > 0) done += static_cast<std::size_t>(n);
    }
}

}  // namespace

int main(int argc, char* argv[]) {
    const int server = open_connection(
        program::parse_client_options(argc, argv, "An echo client, 512 bytes at a time.", 5050));
    std::string ahead;
    Buffer buffer;
    for (std::string line = read_line(ahead); !line.empty(); line = read_line(ahead)) {
        for (std::size_t sent = 0; sent < line.size();)
            sent += transfer(server, POLLOUT, ::sendmsg, &line[sent], line.size() - sent);
        for (std::size_t left = line.size(); left > 0;) {
            const auto n = transfer(server, POLLIN, ::recvmsg, buffer.data(), left);
            if (n == 0) quit("recvmsg", "the server has ended the connection");
            print(buffer.data(), n);
            left -= n;
        }
    }
    if (::shutdown(server, SHUT_WR) == -1) quit("shutdown");
    if (transfer(server, POLLIN, ::recvmsg, buffer.data(), 1) != 0)
        quit("recvmsg", "more came than was sent");
}
