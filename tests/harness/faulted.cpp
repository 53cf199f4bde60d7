// Makes one call, as its first argument says, and prints what came of it: what a fault does to a
// program. Built plainly, with AddressSanitizer, and with ThreadSanitizer.

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <functional>
#include <iostream>
#include <map>
#include <string>

namespace {

constexpr std::size_t size = 100;
std::array<char, size> data{};

/// Two connected sockets; the other one is left open or closed.
int connected_socket(bool other_open) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == -1) std::exit(1);
    if (!other_open) ::close(ends[1]);
    return ends[0];
}

std::array<iovec, 2> two_parts() {
    return {iovec{.iov_base = data.data(), .iov_len = 60},
            iovec{.iov_base = data.data() + 60, .iov_len = 40}};
}

ssize_t send_in_parts(int fd) {
    auto parts = two_parts();
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    return ::sendmsg(fd, &message, MSG_NOSIGNAL);
}

ssize_t write_in_parts(int fd) {
    auto parts = two_parts();
    return ::writev(fd, parts.data(), parts.size());
}

ssize_t write_to_pipe() {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) == -1) return -1;
    return ::write(ends[1], data.data(), size);
}

/// Accepts two clients with `accept_one`, and prints what came of each.
void accept_two(const std::function<int(int)>& accept_one) {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t room = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener, any, room) == -1 || ::listen(listener, 5) == -1 ||
        ::getsockname(listener, any, &room) == -1) {
        std::exit(1);
    }
    std::cout << "listening on 127.0.0.1:" << ntohs(address.sin_port) << std::endl;
    for (int i = 0; i < 2; ++i) {
        const int client = accept_one(listener);
        std::cout << (client == -1 ? std::strerror(errno) : "a client") << std::endl;
    }
}

void resolve(const char* name) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    const int error = ::getaddrinfo(name, "7", &hints, &list);
    if (error != 0) {
        std::cout << ::gai_strerror(error) << std::endl;
        return;
    }
    for (const addrinfo* it = list; it != nullptr; it = it->ai_next) {
        std::array<char, INET6_ADDRSTRLEN> text{};
        ::getnameinfo(it->ai_addr, it->ai_addrlen, text.data(), text.size(), nullptr, 0,
                      NI_NUMERICHOST);
        std::cout << text.data() << ' ';
    }
    std::cout << std::endl;
    ::freeaddrinfo(list);
}

void receive() {
    char byte = 0;
    std::cout << "waiting" << std::endl;
    const ssize_t n = ::recv(connected_socket(true), &byte, 1, 0);
    std::cout << (n == -1 ? std::strerror(errno) : "a byte") << std::endl;
}

void send_to_nobody() {
    (void)::send(connected_socket(false), data.data(), size, 0);  // SIGPIPE strikes here
}

void print(ssize_t n) { std::cout << n << std::endl; }

const std::map<std::string, std::function<void()>> calls{
    {"send", [] { print(::send(connected_socket(true), data.data(), size, 0)); }},
    {"sendto", [] { print(::sendto(connected_socket(true), data.data(), size, 0, nullptr, 0)); }},
    {"sendmsg", [] { print(send_in_parts(connected_socket(true))); }},
    {"write", [] { print(::write(connected_socket(true), data.data(), size)); }},
    {"writev", [] { print(write_in_parts(connected_socket(true))); }},
    {"write-to-pipe", [] { print(write_to_pipe()); }},
    {"accept", [] { accept_two([](int fd) { return ::accept(fd, nullptr, nullptr); }); }},
    {"accept4", [] { accept_two([](int fd) { return ::accept4(fd, nullptr, nullptr, 0); }); }},
    {"bind",
     [] {
         sockaddr_in address{};
         address.sin_family = AF_INET;
         const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
         const int result = ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
         std::cout << (result == -1 ? std::strerror(errno) : "bound") << std::endl;
     }},
    {"resolve", [] { resolve("lab.test"); }},
    {"resolve-other", [] { resolve("127.0.0.9"); }},
    {"receive", receive},
    {"send-to-nobody", send_to_nobody},
    {"send-to-nobody-ignoring",
     [] {
         std::signal(SIGPIPE, SIG_IGN);
         send_to_nobody();
         std::cout << std::strerror(errno) << std::endl;
     }},
    {"send-to-nobody-in-child",
     [] {
         if (::fork() == 0) send_to_nobody();
     }},
};

}  // namespace

int main(int argc, char* argv[]) { calls.at(argc > 1 ? argv[1] : "")(); }
