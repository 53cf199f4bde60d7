// A process for each client: the parent only accepts, forks, and waits for the children that have
// ended. Signals are let in while it waits in ppoll and nowhere else.

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <set>
#include <string>

#include "program/announce.hpp"
#include "program/server_options.hpp"

namespace {

volatile std::sig_atomic_t stopped = 0;

[[noreturn]] void die(const std::string& what, const char* why) {
    std::cerr << "echo_server: " << what << ": " << why << '\n';
    std::exit(1);
}

int open_listener(const program::ServerOptions& options) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    const int rc =
        getaddrinfo(options.host.c_str(), std::to_string(options.port).c_str(), &hints, &list);
    if (rc != 0) die("look up " + options.host, gai_strerror(rc));
    int error = 0;
    for (const addrinfo* it = list; it != nullptr; it = it->ai_next) {
        const int fd = socket(it->ai_family, SOCK_STREAM | SOCK_NONBLOCK, it->ai_protocol);
        const int yes = 1;
        if (fd != -1 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
            bind(fd, it->ai_addr, it->ai_addrlen) == 0 && listen(fd, SOMAXCONN) == 0) {
            freeaddrinfo(list);
            return fd;
        }
        error = errno;
        if (fd != -1) close(fd);
    }
    die("listen on " + options.host + " port " + std::to_string(options.port), strerror(error));
}

/// The child's whole life.
[[noreturn]] void serve(int client) {
    char buffer[8192];
    for (;;) {
        const ssize_t n = read(client, buffer, sizeof buffer);
        if (n == -1 && errno == EINTR) continue;
        if (n == -1) perror("echo_server: read");
        if (n <= 0) _exit(n == 0 ? 0 : 1);
        for (ssize_t done = 0; done < n;) {
            const ssize_t written = write(client, buffer + done, static_cast<size_t>(n - done));
            if (written == -1 && errno == EINTR) continue;
            if (written == -1) {
                perror("echo_server: write");
                _exit(1);
            }
            done += written;
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    const auto options =
        program::parse_server_options(argc, argv, "Echoes, with a process for each client.", 5050);
    signal(SIGPIPE, SIG_IGN);

    sigset_t ours;
    sigset_t before;
    sigemptyset(&ours);
    for (const int number : {SIGTERM, SIGINT, SIGCHLD}) sigaddset(&ours, number);
    sigprocmask(SIG_BLOCK, &ours, &before);
    struct sigaction action {};
    action.sa_handler = [](int number) {
        if (number != SIGCHLD) stopped = 1;
    };
    for (const int number : {SIGTERM, SIGINT, SIGCHLD}) sigaction(number, &action, nullptr);

    const int listener = open_listener(options);
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == -1)
        die("getsockname", strerror(errno));
    program::announce(reinterpret_cast<sockaddr*>(&address), size);

    std::set<pid_t> children;
    while (stopped == 0) {
        pollfd set{.fd = listener, .events = POLLIN, .revents = 0};
        if (ppoll(&set, 1, nullptr, &before) == -1 && errno != EINTR) die("ppoll", strerror(errno));
        for (pid_t pid = 0; (pid = waitpid(-1, nullptr, WNOHANG)) > 0;) children.erase(pid);
        if (set.revents == 0) continue;
        const int client = accept(listener, nullptr, nullptr);
        if (client == -1 && (errno == EAGAIN || errno == ECONNABORTED)) continue;
        if (client == -1) die("accept", strerror(errno));
        const pid_t pid = fork();
        if (pid == -1) perror("echo_server: fork");
        if (pid == 0) {
            signal(SIGTERM, SIG_DFL);
            signal(SIGINT, SIG_DFL);
            sigprocmask(SIG_SETMASK, &before, nullptr);
            close(listener);
            serve(client);
        }
        if (pid > 0) children.insert(pid);
        close(client);
    }
    for (const pid_t pid : children) kill(pid, SIGTERM);
    for (const pid_t pid : children) waitpid(pid, nullptr, 0);
}
