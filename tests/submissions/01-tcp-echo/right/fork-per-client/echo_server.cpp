// A process for each client, as inetd's servers had it.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "program/announce.hpp"
#include "program/server_options.hpp"

static void die(const char* what) {
    std::fprintf(stderr, "echo_server: %s: %s\n", what, std::strerror(errno));
    std::exit(1);
}

static void serve(int client) {
    char buffer[8192];
    ssize_t n;
    while ((n = read(client, buffer, sizeof buffer)) > 0) {
        for (ssize_t done = 0; done < n;) {
            const ssize_t written = write(client, buffer + done, static_cast<size_t>(n - done));
            if (written < 0) std::_Exit(1);
            done += written;
        }
    }
    std::_Exit(n < 0 ? 1 : 0);
}

int main(int argc, char** argv) {
    const auto options =
        program::parse_server_options(argc, argv, "Echoes, with a process for each client.", 5050);
    std::signal(SIGCHLD, SIG_IGN);  // the kernel reaps the children
    std::signal(SIGPIPE, SIG_IGN);

    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0) die("socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(options.port);
    if (inet_pton(AF_INET, options.host.c_str(), &address.sin_addr) != 1) {
        errno = EINVAL;
        die(options.host.c_str());
    }
    if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) < 0) die("bind");
    if (listen(listener, 5) < 0) die("listen");
    socklen_t size = sizeof address;
    if (getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) < 0) die("getsockname");
    program::announce(reinterpret_cast<sockaddr*>(&address), size);

    for (;;) {
        const int client = accept(listener, nullptr, nullptr);
        if (client < 0) continue;
        const pid_t pid = fork();
        if (pid < 0) std::perror("echo_server: fork");
        if (pid == 0) {
            close(listener);
            serve(client);
        }
        close(client);
    }
}
