// Everything in main(): poll over non-blocking sockets, any number of clients at a time with a
// buffer each, and a poll that wakes up by itself four times a second.

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <iostream>
#include <string>
#include <vector>

#include "program/announce.hpp"
#include "program/server_options.hpp"

struct Client {
    int fd;
    char buffer[4096];
    size_t begin = 0, end = 0;  // what is still to go back
};

int main(int argc, char* argv[]) {
    auto options = program::parse_server_options(argc, argv, "Echoes, with poll.", 5050);
    auto fail = [](const std::string& what, const char* why) {
        std::cerr << "echo_server: " << what << ": " << why << std::endl;
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
    int listener = -1, error = 0;
    for (addrinfo* it = addresses; it && listener == -1; it = it->ai_next) {
        listener = ::socket(it->ai_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
        int on = 1;
        ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        if (listener == -1 || ::bind(listener, it->ai_addr, it->ai_addrlen) == -1 ||
            ::listen(listener, SOMAXCONN) == -1) {
            error = errno;
            ::close(listener);
            listener = -1;
        }
    }
    ::freeaddrinfo(addresses);
    if (listener == -1) return fail("listen on " + options.host, std::strerror(error));

    sockaddr_storage address{};
    socklen_t size = sizeof address;
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    program::announce(reinterpret_cast<sockaddr*>(&address), size);

    std::vector<Client> clients;
    for (;;) {
        std::vector<pollfd> set{{listener, POLLIN, 0}};
        for (const Client& client : clients) {
            short events = client.begin == client.end ? POLLIN : POLLOUT;
            set.push_back({client.fd, events, 0});
        }
        if (::poll(set.data(), set.size(), 250) == -1) {
            if (errno == EINTR) continue;
            return fail("poll", std::strerror(errno));
        }
        for (size_t i = clients.size(); i-- > 0;) {
            if (set[i + 1].revents == 0) continue;
            Client& client = clients[i];
            ssize_t n = 0;
            if (client.begin == client.end) {
                n = ::recv(client.fd, client.buffer, sizeof client.buffer, 0);
                client.begin = 0;
                client.end = n > 0 ? static_cast<size_t>(n) : 0;
            } else {
                n = ::send(client.fd, client.buffer + client.begin, client.end - client.begin,
                           MSG_NOSIGNAL);
                if (n > 0) client.begin += static_cast<size_t>(n);
            }
            if (n > 0 || (n == -1 && (errno == EAGAIN || errno == EINTR))) continue;
            if (n == -1) fail("a client", std::strerror(errno));
            ::close(client.fd);
            clients.erase(clients.begin() + static_cast<ptrdiff_t>(i));
        }
        if (set[0].revents & POLLIN) {
            int fd = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
            if (fd != -1) {
                clients.push_back(Client{.fd = fd, .buffer = {}});
            } else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
                return fail("accept", std::strerror(errno));
            }
        }
    }
}
