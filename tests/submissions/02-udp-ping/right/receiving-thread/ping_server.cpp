// Four threads that all receive from the same socket: the kernel gives each datagram to one of
// them. main itself waits for SIGTERM or SIGINT with sigwait; there is no signal handler.

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "program/announce.hpp"
#include "program/server_options.hpp"

namespace {

/// One call: the lines of several threads do not mix.
void say(const std::string& what) { std::cerr << "ping_server: " + what + '\n'; }

int check(int result, const std::string& what) {
    if (result == -1) throw std::system_error(errno, std::generic_category(), what);
    return result;
}

int open_socket(const program::ServerOptions& options) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_DGRAM;
    addrinfo* found = nullptr;
    const std::string port = std::to_string(options.port);
    const int rc = ::getaddrinfo(options.host.c_str(), port.c_str(), &hints, &found);
    if (rc != 0) throw std::runtime_error("resolve " + options.host + ": " + ::gai_strerror(rc));
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list(found, ::freeaddrinfo);
    const int fd = check(::socket(found->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
    check(::bind(fd, found->ai_addr, found->ai_addrlen), "bind " + options.host + ':' + port);
    return fd;
}

void serve(int fd) {
    std::vector<char> buffer(65'536);
    for (;;) {
        sockaddr_storage storage{};
        socklen_t size = sizeof storage;
        auto* const from = reinterpret_cast<sockaddr*>(&storage);
        const ssize_t n = ::recvfrom(fd, buffer.data(), buffer.size(), 0, from, &size);
        if (n == -1) {
            if (errno != EINTR) say(std::string("recvfrom: ") + std::strerror(errno));
            continue;
        }
        ssize_t sent = 0;
        do {
            sent = ::sendto(fd, buffer.data(), static_cast<std::size_t>(n), 0, from, size);
        } while (sent == -1 && errno == EINTR);
        if (sent == -1) say(std::string("sendto: ") + std::strerror(errno));
    }
}

}  // namespace

int main(int argc, char* argv[]) try {
    const auto options =
        program::parse_server_options(argc, argv, "Returns datagrams, with four threads.", 5051);
    sigset_t ends;
    ::sigemptyset(&ends);
    ::sigaddset(&ends, SIGTERM);
    ::sigaddset(&ends, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &ends, nullptr);  // every thread inherits it

    const int fd = open_socket(options);
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    check(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
    program::announce(reinterpret_cast<sockaddr*>(&address), size);

    for (int i = 0; i < 4; ++i) std::thread(serve, fd).detach();
    int number = 0;
    ::sigwait(&ends, &number);
    ::_exit(0);  // the threads are blocked in recvfrom, and have nothing to finish
} catch (const std::exception& e) {
    say(e.what());
    return 1;
}
