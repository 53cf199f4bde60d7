// Everything in main(): poll on stdin and the socket together, so a server that ends is noticed at
// once, not with the next line. What is typed ahead waits until the echo is back all the same.

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <iostream>
#include <string>

#include "program/client_options.hpp"

int main(int argc, char* argv[]) {
    constexpr size_t longest_line = 65536;
    auto options = program::parse_client_options(argc, argv, "An echo client with poll.", 5050);
    auto fail = [](const std::string& what, const char* why) {
        std::cerr << "echo_client: " << what << ": " << why << std::endl;
        return 1;
    };
    struct sigaction stop {};
    stop.sa_handler = [](int) { ::_exit(0); };
    ::sigaction(SIGTERM, &stop, nullptr);
    ::sigaction(SIGINT, &stop, nullptr);

    addrinfo hints{}, *addresses = nullptr;
    hints.ai_socktype = SOCK_STREAM;
    int rc = ::getaddrinfo(options.host.c_str(), std::to_string(options.port).c_str(), &hints,
                           &addresses);
    if (rc != 0) return fail(options.host, ::gai_strerror(rc));
    int server = -1, error = 0;
    for (addrinfo* it = addresses; it && server == -1; it = it->ai_next) {
        server = ::socket(it->ai_family, SOCK_STREAM, 0);
        if (server == -1 || ::connect(server, it->ai_addr, it->ai_addrlen) == -1) {
            error = errno;
            ::close(server);
            server = -1;
        }
    }
    ::freeaddrinfo(addresses);
    if (server == -1) return fail("connect to " + options.host, std::strerror(error));

    char buffer[4096];
    std::string typed;            // and not yet echoed
    size_t line = 0;              // so many bytes of `typed` are the line that is on its way
    size_t sent = 0, echoed = 0;  // of this line
    bool input_ended = false, half_closed = false;
    for (;;) {
        if (line == 0 && !half_closed) {
            size_t newline = typed.find('\n');
            if (newline != std::string::npos) line = newline + 1;
            if (newline == std::string::npos && input_ended) line = typed.size();
            if (std::max(line, line == 0 ? typed.size() : 0) > longest_line)
                return fail("read stdin", "a line is longer than 65,536 bytes");
            if (line == 0 && input_ended) {
                if (::shutdown(server, SHUT_WR) == -1)
                    return fail("shutdown", std::strerror(errno));
                half_closed = true;
            }
        }
        bool needs_input = line == 0 && !input_ended;
        int events = POLLRDHUP | (line > 0 ? POLLIN : 0) | (sent < line ? POLLOUT : 0);
        pollfd set[] = {{needs_input ? STDIN_FILENO : -1, POLLIN, 0},
                        {server, static_cast<short>(events), 0}};
        if (::poll(set, 2, -1) == -1) {
            if (errno == EINTR) continue;
            return fail("poll", std::strerror(errno));
        }
        if (set[0].revents != 0) {
            ssize_t n = ::read(STDIN_FILENO, buffer, sizeof buffer);
            if (n == -1 && errno != EINTR) return fail("read stdin", std::strerror(errno));
            if (n == 0) input_ended = true;
            if (n > 0) typed.append(buffer, static_cast<size_t>(n));
            if (n != -1) continue;
        }
        if (set[1].revents & ~POLLOUT) {
            size_t room = line > 0 ? std::min(sizeof buffer, line - echoed) : 1;
            ssize_t n = ::recv(server, buffer, room, MSG_DONTWAIT);
            if (n == -1 && errno != EINTR && errno != EAGAIN)
                return fail("recv", std::strerror(errno));
            if (n == 0 && half_closed) return 0;
            if (n == 0) return fail("recv", "the server has ended");
            if (n > 0 && line == 0) return fail("recv", "the server sent more than it got");
            if (n > 0) {
                if (!std::cout.write(buffer, n).flush())
                    return fail("write stdout", std::strerror(errno));
                echoed += static_cast<size_t>(n);
            }
        }
        if (set[1].revents & POLLOUT && sent < line) {
            ssize_t n =
                ::send(server, typed.data() + sent, line - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (n == -1 && errno != EINTR && errno != EAGAIN)
                return fail("send", std::strerror(errno));
            if (n > 0) sent += static_cast<size_t>(n);
        }
        if (line > 0 && echoed == line && sent == line) {
            typed.erase(0, line);
            line = sent = echoed = 0;
        }
    }
}
