#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstring>
#include <iostream>

#include "faulted.hpp"

namespace faulted {
namespace {

int new_socket() { return static_cast<int>(::syscall(SYS_socket, AF_INET, SOCK_STREAM, 0)); }

sockaddr_in loopback() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

int new_listener(sockaddr_in& address) {
    const int fd = new_socket();
    address = loopback();
    socklen_t room = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (::syscall(SYS_bind, fd, any, room) == -1 || ::syscall(SYS_listen, fd, 5) == -1 ||
        ::getsockname(fd, any, &room) == -1) {
        std::exit(1);
    }
    return fd;
}

void set_limit(int fd, int option, int seconds) {
    const timeval limit{.tv_sec = seconds, .tv_usec = 0};
    ::setsockopt(fd, SOL_SOCKET, option, &limit, sizeof limit);
}

/// Accepts two clients, and prints what came of each.
std::function<void()> accepting_two(const std::function<int(int)>& accept_one) {
    return [=] {
        sockaddr_in address{};
        const int listener = new_listener(address);
        std::cout << "listening on 127.0.0.1:" << ntohs(address.sin_port) << std::endl;
        for (int i = 0; i < 2; ++i) {
            if (accept_one(listener) == -1) {
                print(-1);
            } else {
                std::cout << "a client" << std::endl;
            }
        }
    };
}

int accept_plainly(int fd) { return ::accept(fd, nullptr, nullptr); }

int bind_loopback() {
    const sockaddr_in address = loopback();
    return ::bind(new_socket(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

int connect_to_self() {
    sockaddr_in address{};
    (void)new_listener(address);
    return ::connect(new_socket(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

/// connect(2): whoever is interrupted waits until the socket can be written to.
void connect_and_send() {
    sockaddr_in address{};
    const int listener = new_listener(address);
    const int fd = new_socket();
    print(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address));
    const int client = static_cast<int>(::syscall(SYS_accept, listener, nullptr, nullptr));
    print_sent(::send(fd, message.data(), size, 0), client);
}

/// What is left of a connection when it has failed.
void receive_twice() {
    const int fd = filled_socket(SOCK_STREAM);
    std::array<char, size> buffer{};
    print(::recv(fd, buffer.data(), size, 0));
    print(::send(fd, message.data(), size, MSG_NOSIGNAL));
}

ssize_t receive_limited() {
    std::array<char, size> buffer{};
    const int fd = connected(SOCK_STREAM).ours;
    set_limit(fd, SO_RCVTIMEO, 60);
    return ::recv(fd, buffer.data(), size, 0);
}

int accept_limited() {
    sockaddr_in address{};
    const int fd = new_listener(address);
    set_limit(fd, SO_RCVTIMEO, 60);
    return accept_plainly(fd);
}

/// Sends more than there is room for, with a time limit; then again.
void send_limited() {
    const int fd = connected(SOCK_STREAM).ours;
    set_limit(fd, SO_SNDTIMEO, 60);
    static const std::array<char, 1U << 24U> much{};
    const ssize_t n = ::send(fd, much.data(), much.size(), 0);
    std::cout << (n > 0 && n < static_cast<ssize_t>(much.size()) ? "a part" : "?") << std::endl;
    print(::send(fd, much.data(), much.size(), 0));
    print(::write(fd, much.data(), much.size()));
}

}  // namespace

void add_sockets(Table& table) {
    table["accept"] = [] {
        sockaddr_in address{};
        print(accept_plainly(new_listener(address)));
    };
    table["accept4"] = [] {
        sockaddr_in address{};
        print(::accept4(new_listener(address), nullptr, nullptr, SOCK_CLOEXEC));
    };
    table["accept two"] = accepting_two(accept_plainly);
    table["accept4 two"] =
        accepting_two([](int fd) { return ::accept4(fd, nullptr, nullptr, SOCK_CLOEXEC); });
    table["socket"] = [] { print(::socket(AF_INET, SOCK_STREAM, 0) == -1 ? -1 : 0); };
    table["bind"] = [] { print(bind_loopback()); };
    table["listen"] = [] { print(::listen(new_socket(), 5)); };
    table["connect"] = [] { print(connect_to_self()); };
    table["connect and send"] = connect_and_send;
    table["shutdown"] = [] { print(::shutdown(connected(SOCK_STREAM).ours, SHUT_WR)); };
    table["recv, then send"] = receive_twice;
    table["recv with a limit"] = [] { print(receive_limited()); };
    table["accept with a limit"] = [] { print(accept_limited()); };
    table["send with a limit"] = send_limited;
    table["wait for a byte"] = [] {
        char byte = 0;
        std::cout << "waiting" << std::endl;
        print(::recv(connected(SOCK_STREAM).ours, &byte, 1, 0));
    };
}

}  // namespace faulted
