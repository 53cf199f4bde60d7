// A thread for each client, and one that accepts; main itself only waits for SIGTERM or SIGINT,
// with sigwait, then ends every connection and joins every thread. There is no signal handler.

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <iostream>
#include <list>
#include <memory>
#include <mutex>
#include <span>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "program/announce.hpp"
#include "program/server_options.hpp"

namespace {

/// One call: the lines of several threads do not mix.
void say(const std::string& what) { std::cerr << "echo_server: " + what + '\n'; }

[[noreturn]] void raise_errno(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

void send_all(int fd, std::span<const char> data) {
    while (!data.empty()) {
        const ssize_t n = ::send(fd, data.data(), data.size(), MSG_NOSIGNAL);
        if (n == -1 && errno != EINTR) raise_errno("send");
        if (n > 0) data = data.subspan(static_cast<std::size_t>(n));
    }
}

class Connection {
public:
    explicit Connection(int fd) : fd_(fd), thread_([this] { run(); }) {}
    ~Connection() { thread_.join(); }

    [[nodiscard]] bool is_closed() {
        const std::lock_guard lock(mutex_);
        return fd_ == -1;
    }
    /// Wakes the thread, whatever it is blocked in.
    void end() {
        const std::lock_guard lock(mutex_);
        if (fd_ != -1) ::shutdown(fd_, SHUT_RDWR);
    }

private:
    void run() {
        try {
            echo(fd_);
        } catch (const std::system_error& e) {
            say(e.what());
        }
        const std::lock_guard lock(mutex_);
        ::close(fd_);
        fd_ = -1;
    }
    static void echo(int fd) {
        std::vector<char> buffer(16384);
        for (;;) {
            const ssize_t n = ::recv(fd, buffer.data(), buffer.size(), 0);
            if (n == 0) return;
            if (n == -1 && errno != EINTR) raise_errno("recv");
            if (n > 0) send_all(fd, std::span(buffer).first(static_cast<std::size_t>(n)));
        }
    }

    std::mutex mutex_;
    int fd_;  ///< -1: closed; only the thread itself changes it
    std::thread thread_;
};

int open_listener(const program::ServerOptions& options) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int rc =
        ::getaddrinfo(options.host.c_str(), std::to_string(options.port).c_str(), &hints, &found);
    if (rc != 0) throw std::runtime_error("resolve " + options.host + ": " + ::gai_strerror(rc));
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list(found, ::freeaddrinfo);
    for (const addrinfo* it = found; it != nullptr; it = it->ai_next) {
        const int fd = ::socket(it->ai_family, it->ai_socktype | SOCK_CLOEXEC, it->ai_protocol);
        const int on = 1;
        if (fd == -1) continue;
        ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        if (::bind(fd, it->ai_addr, it->ai_addrlen) == 0 && ::listen(fd, 128) == 0) return fd;
        const int error = errno;
        ::close(fd);
        errno = error;
    }
    raise_errno("bind " + options.host + ':' + std::to_string(options.port));
}

void accept_all(int listener, const std::atomic<bool>& stopped) {
    std::list<Connection> connections;
    while (!stopped) {
        const int client = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        const int error = errno;
        connections.remove_if([](Connection& connection) { return connection.is_closed(); });
        try {
            if (client != -1) connections.emplace_back(client);
        } catch (const std::system_error& e) {  // there cannot be another thread now
            say(e.what());
            ::close(client);
        }
        if (client == -1 && error != EINTR && error != ECONNABORTED && !stopped) {
            say(std::string("accept: ") + std::strerror(error));
            std::this_thread::sleep_for(std::chrono::milliseconds(100));  // it may be better then
        }
    }
    for (Connection& connection : connections) connection.end();
}

}  // namespace

int main(int argc, char* argv[]) try {
    const auto options =
        program::parse_server_options(argc, argv, "Echoes, with a thread for each client.", 5050);
    sigset_t ends;
    ::sigemptyset(&ends);
    ::sigaddset(&ends, SIGTERM);
    ::sigaddset(&ends, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &ends, nullptr);  // every thread inherits it

    const int listener = open_listener(options);
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == -1)
        raise_errno("getsockname");
    program::announce(reinterpret_cast<sockaddr*>(&address), size);

    std::atomic<bool> stopped = false;
    std::thread acceptor([&] { accept_all(listener, stopped); });
    int number = 0;
    ::sigwait(&ends, &number);
    stopped = true;
    ::shutdown(listener, SHUT_RDWR);  // accept fails with EINVAL
    acceptor.join();
    ::close(listener);
} catch (const std::exception& e) {
    say(e.what());
    return 1;
}
