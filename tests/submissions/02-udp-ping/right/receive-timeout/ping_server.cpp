// A blocking recvfrom with a time limit: every 100 ms it returns, so that a flag which SIGINT or
// SIGTERM has set is seen, whenever the signal came.

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "program/announce.hpp"
#include "program/server_options.hpp"

namespace {

volatile std::sig_atomic_t stopped = 0;

void say(const char* call) {
    std::cerr << "ping_server: " << call << ": " << std::strerror(errno) << '\n';
}

int check(int result, const std::string& what) {
    if (result == -1) throw std::system_error(errno, std::generic_category(), what);
    return result;
}

int open_socket(const program::ServerOptions& options) {
    const std::string where = options.host + ':' + std::to_string(options.port);
    addrinfo hints{};
    hints.ai_socktype = SOCK_DGRAM;
    addrinfo* found = nullptr;
    const int rc =
        ::getaddrinfo(options.host.c_str(), std::to_string(options.port).c_str(), &hints, &found);
    if (rc != 0) throw std::runtime_error("resolve " + options.host + ": " + ::gai_strerror(rc));
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list(found, ::freeaddrinfo);
    const int fd = check(::socket(found->ai_family, SOCK_DGRAM, 0), "socket");
    check(::bind(fd, found->ai_addr, found->ai_addrlen), "bind " + where);
    const timeval slice{.tv_sec = 0, .tv_usec = 100'000};
    check(::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &slice, sizeof slice), "setsockopt");
    return fd;
}

void serve(int fd) {
    std::vector<char> buffer(65'535);
    while (stopped == 0) {
        sockaddr_storage from{};
        socklen_t size = sizeof from;
        auto* const sender = reinterpret_cast<sockaddr*>(&from);
        const ssize_t n = ::recvfrom(fd, buffer.data(), buffer.size(), 0, sender, &size);
        if (n == -1) {
            if (errno != EAGAIN && errno != EINTR) say("recvfrom");
            continue;
        }
        while (::sendto(fd, buffer.data(), static_cast<std::size_t>(n), 0, sender, size) == -1) {
            if (errno == EINTR) continue;
            say("sendto");
            break;
        }
    }
}

}  // namespace

int main(int argc, char* argv[]) try {
    const auto options =
        program::parse_server_options(argc, argv, "Returns datagrams, with a time limit.", 5051);
    struct sigaction action {};
    action.sa_handler = [](int) { stopped = 1; };
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);

    const int fd = open_socket(options);
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    check(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
    program::announce(reinterpret_cast<sockaddr*>(&address), size);
    serve(fd);
    ::close(fd);
} catch (const std::exception& e) {
    std::cerr << "ping_server: " << e.what() << '\n';
    return 1;
}
