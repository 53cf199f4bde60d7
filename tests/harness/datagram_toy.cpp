// Talks UDP, and misbehaves as its first argument says. The tests of the harness start it.

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <functional>
#include <iostream>
#include <map>
#include <string>

#include "net/address.hpp"
#include "net/error.hpp"
#include "net/fd.hpp"

namespace {

struct Message {
    net::Address from;
    std::string text;
};

class Socket {
public:
    explicit Socket(const std::string& host = "127.0.0.1") {
        const auto address = net::resolve(host, "0", net::Use::listen).front();
        fd_ = net::Fd(net::check(::socket(address.family(), SOCK_DGRAM, 0), "socket"));
        net::check(::bind(fd_.get(), address.data(), address.size()), "bind");
    }

    [[nodiscard]] int fd() const { return fd_.get(); }

    [[nodiscard]] Message receive(std::size_t room = 65536) const {
        static std::array<char, 65536> buffer;
        net::AddressBuffer from;
        const auto n = net::check(
            ::recvfrom(fd_.get(), buffer.data(), room, 0, from.data(), from.room()), "recvfrom");
        return {.from = from.address(),
                .text = std::string(buffer.data(), static_cast<std::size_t>(n))};
    }

    void send(const net::Address& to, const std::string& text) const {
        net::check(::sendto(fd_.get(), text.data(), text.size(), 0, to.data(), to.size()),
                   "sendto");
    }

    /// False when nothing has come in time.
    [[nodiscard]] bool wait(int timeout_ms) const {
        pollfd set{.fd = fd_.get(), .events = POLLIN, .revents = 0};
        return net::check(::poll(&set, 1, timeout_ms), "poll") == 1;
    }

private:
    net::Fd fd_;
};

void announce(const net::Address& address) {
    std::cout << "listening on " << address.to_string() << std::endl;
}

void announce(const Socket& socket) { announce(net::local_address(socket.fd())); }

/// A server that does the same with each datagram.
void serve(const std::function<void(const Socket&, const Message&)>& answer,
           std::size_t room = 65536, const std::string& host = "127.0.0.1") {
    const Socket socket(host);
    announce(socket);
    for (;;) answer(socket, socket.receive(room));
}

void echo(const Socket& socket, const Message& message) { socket.send(message.from, message.text); }

const std::map<std::string, void (*)()> servers{
    {"echo", [] { serve(echo); }},
    {"echo-ipv6", [] { serve(echo, 65536, "::1"); }},
    {"echo-everywhere", [] { serve(echo, 65536, "0.0.0.0"); }},
    {"silent", [] { serve([](const Socket&, const Message&) {}); }},
    {"truncates", [] { serve(echo, 512); }},
    {"stops-at-zero",
     [] {
         serve([](const Socket& socket, const Message& message) {
             socket.send(message.from, message.text.substr(0, message.text.find('\0')));
         });
     }},
    {"changes-byte",
     [] {
         serve([](const Socket& socket, Message message) {
             message.text.at(20) = '?';
             socket.send(message.from, message.text);
         });
     }},
    {"adds",
     [] {
         serve([](const Socket& socket, const Message& message) {
             socket.send(message.from, message.text + "!!");
         });
     }},
    {"answers-twice",
     [] {
         serve([](const Socket& socket, const Message& message) {
             echo(socket, message);
             echo(socket, message);
         });
     }},
    {"answers-from-another-port",
     [] { serve([](const Socket&, const Message& message) { echo(Socket(), message); }); }},
    {"ignores-empty",
     [] {
         serve([](const Socket& socket, const Message& message) {
             if (!message.text.empty()) echo(socket, message);
         });
     }},
    {"merges",
     [] {
         serve([](const Socket& socket, const Message& message) {
             socket.send(message.from, message.text + socket.receive().text);
         });
     }},
    {"splits",
     [] {
         serve([](const Socket& socket, const Message& message) {
             for (std::size_t at = 0; at < message.text.size(); at += 10)
                 socket.send(message.from, message.text.substr(at, 10));
         });
     }},
    {"swaps",
     [] {
         serve([](const Socket& socket, const Message& message) {
             echo(socket, socket.receive());
             echo(socket, message);
         });
     }},
    {"first-client-only",
     [] {
         const Socket socket;
         announce(socket);
         const Message first = socket.receive();
         for (Message message = first;; message = socket.receive())
             socket.send(first.from, message.text);
     }},
    {"waits-with-timeout",
     [] {
         serve([](const Socket& socket, const Message&) {
             while (!socket.wait(20)) {
             }
         });
     }},
    {"closes",
     [] {
         const net::Address address = net::local_address(Socket().fd());
         announce(address);  // when it is closed
         for (;;) ::pause();
     }},
    {"ends",
     [] {
         const Socket socket;
         announce(socket);
         (void)socket.receive();
     }},
    {"floods",
     [] {
         serve([](const Socket& socket, const Message& message) {
             for (;;) echo(socket, message);
         });
     }},
};

/// Sends `text` until an answer comes, every 100 ms, and prints how many tries that took.
void ask_until_answered(const net::Address& server) {
    const Socket socket;
    int tries = 0;
    do {
        socket.send(server, "try " + std::to_string(++tries));
    } while (!socket.wait(100));
    std::cout << socket.receive().text << " after " << tries << std::endl;
}

/// Sends `count` datagrams, and prints every answer.
void send_numbers(const net::Address& server, int count) {
    const Socket socket;
    for (int i = 1; i <= count; ++i) socket.send(server, std::to_string(i));
    for (;;) std::cout << socket.receive().text << std::endl;
}

const std::map<std::string, void (*)(const net::Address&)> clients{
    {"asks-until-answered", ask_until_answered},
    {"sends-five", [](const net::Address& server) { send_numbers(server, 5); }},
    {"asks-once", [](const net::Address& server) { send_numbers(server, 1); }},
};

}  // namespace

/// `datagram_toy SERVER`, or `datagram_toy --host HOST --port PORT CLIENT`.
int main(int argc, char* argv[]) {
    try {
        if (argc == 2) servers.at(argv[1])();
        if (argc == 6)
            clients.at(argv[5])(net::resolve(argv[2], argv[4], net::Use::connect).front());
    } catch (const std::exception& e) {
        std::cerr << "datagram_toy: " << e.what() << '\n';
        return 1;
    }
}
