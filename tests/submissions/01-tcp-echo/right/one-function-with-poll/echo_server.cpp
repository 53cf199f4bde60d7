// Everything in main(), non-blocking sockets, buffers of 512 bytes, and a poll that wakes up by
// itself.

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>
#include <vector>

#include "program/announce.hpp"
#include "program/server_options.hpp"

struct Client {
    int fd;
    char buffer[512];
    size_t begin = 0, end = 0;
};

int main(int argc, char* argv[]) {
    auto options = program::parse_server_options(argc, argv, "Echoes, with poll.", 5050);
    int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    int on = 1;
    ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(options.port);
    ::inet_pton(AF_INET, options.host.c_str(), &address.sin_addr);
    if (listener == -1 ||
        ::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) == -1 ||
        ::listen(listener, SOMAXCONN) == -1) {
        std::cerr << "echo_server: listen on " << options.host << ": " << std::strerror(errno)
                  << '\n';
        return 1;
    }
    socklen_t size = sizeof address;
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    program::announce(reinterpret_cast<sockaddr*>(&address), size);

    std::vector<Client> clients;
    for (;;) {
        std::vector<pollfd> set{{listener, POLLIN, 0}};
        for (const Client& client : clients) {
            set.push_back(
                {client.fd, static_cast<short>(client.begin == client.end ? POLLIN : POLLOUT), 0});
        }
        if (::poll(set.data(), set.size(), 250) == -1 && errno != EINTR) return 1;
        for (size_t i = clients.size(); i-- > 0;) {
            if (set[i + 1].revents == 0) continue;
            Client& client = clients[i];
            ssize_t n;
            if (client.begin == client.end) {
                n = ::recv(client.fd, client.buffer, sizeof client.buffer, 0);
                client.begin = 0;
                client.end = n > 0 ? static_cast<size_t>(n) : 0;
            } else {
                n = ::send(client.fd, client.buffer + client.begin, client.end - client.begin,
                           MSG_NOSIGNAL);
                if (n > 0) client.begin += static_cast<size_t>(n);
            }
            if (n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR)) {
                ::close(client.fd);
                clients.erase(clients.begin() + static_cast<long>(i));
            }
        }
        if (set[0].revents & POLLIN) {
            int fd = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
            if (fd != -1) clients.push_back(Client{.fd = fd, .buffer = {}});
        }
    }
}
