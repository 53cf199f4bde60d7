// ppoll lets SIGINT and SIGTERM in while it waits, and only then; whatever is there is taken
// without waiting. Two classes, and the addresses as the library has them.

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "net/address.hpp"
#include "net/error.hpp"
#include "net/fd.hpp"
#include "program/announce.hpp"
#include "program/server_options.hpp"

namespace {

volatile std::sig_atomic_t stopped = 0;

/// SIGINT and SIGTERM are held back, except while ppoll waits.
class HeldSignals {
public:
    HeldSignals() {
        struct sigaction action {};
        action.sa_handler = [](int) { stopped = 1; };
        sigset_t held;
        ::sigemptyset(&held);
        for (const int number : {SIGINT, SIGTERM}) {
            net::check(::sigaction(number, &action, nullptr), "sigaction");
            ::sigaddset(&held, number);
        }
        net::check(::sigprocmask(SIG_BLOCK, &held, &before_), "sigprocmask");
    }
    /// Returns false when one of the two has come.
    [[nodiscard]] bool wait_for(int fd) const {
        pollfd interest{.fd = fd, .events = POLLIN, .revents = 0};
        if (::ppoll(&interest, 1, nullptr, &before_) == -1 && errno != EINTR) {
            net::throw_errno("ppoll");
        }
        return stopped == 0;
    }

private:
    sigset_t before_{};
};

class Server {
public:
    explicit Server(const net::Address& address)
        : socket_(net::check(::socket(address.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket")) {
        net::check(::bind(socket_.get(), address.data(), address.size()),
                   [&] { return "bind " + address.to_string(); });
        const net::Address bound = net::local_address(socket_.get());
        program::announce(bound.data(), bound.size());
    }

    void serve(const HeldSignals& signals) {
        while (signals.wait_for(socket_.get())) return_one();
    }

private:
    void return_one() {
        net::AddressBuffer from;
        const ssize_t n = ::recvfrom(socket_.get(), buffer_.data(), buffer_.size(), MSG_DONTWAIT,
                                     from.data(), from.room());
        if (n == -1) {
            if (errno != EAGAIN && errno != EINTR) say("recvfrom");
            return;
        }
        const net::Address sender = from.address();
        const auto send = [&] {
            return ::sendto(socket_.get(), buffer_.data(), static_cast<std::size_t>(n), 0,
                            sender.data(), sender.size());
        };
        if (net::retry_on_eintr(send) == -1) say("sendto");
    }
    static void say(const char* call) {
        const int error = errno;  // before any output, which may change it
        std::cerr << "ping_server: " << call << ": " << std::strerror(error) << '\n';
    }

    net::Fd socket_;
    std::vector<char> buffer_ = std::vector<char>(65'535);
};

}  // namespace

int main(int argc, char* argv[]) try {
    const auto [host, port] =
        program::parse_server_options(argc, argv, "Returns datagrams, with ppoll.", 5051);
    const HeldSignals signals;
    Server(net::resolve(host, std::to_string(port), net::Use::listen).front()).serve(signals);
} catch (const std::exception& e) {
    std::cerr << "ping_server: " << e.what() << '\n';
    return 1;
}
