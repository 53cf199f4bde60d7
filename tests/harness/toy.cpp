// Misbehaves as its first argument says. The tests of the harness start it.

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <map>
#include <string>
#include <thread>

#include "net/io.hpp"
#include "net/tcp.hpp"

namespace {

std::string argument;  ///< the second one of the command line

net::TcpListener listen_and_announce() {
    auto listener = net::TcpListener::bind("127.0.0.1", "0");
    std::cout << "listening on " << listener.local_address().to_string() << std::endl;
    return listener;
}

std::string receive(net::TcpStream& client) {
    std::array<std::byte, 65536> buffer;
    return std::string(net::as_text(std::span(buffer).first(client.recv_some(buffer))));
}

void send(net::TcpStream& client, std::string_view text) {
    net::send_all(client, net::as_bytes(text));
}

[[noreturn]] void sleep_for_ever() {
    for (;;) ::pause();
}

/// Accepts one client, hands it to `talk`, and waits for a signal.
template <typename Talk>
[[noreturn]] void serve_one(Talk talk) {
    auto listener = listen_and_announce();
    auto client = listener.accept();
    talk(client);
    sleep_for_ever();
}

void flood() {
    const std::string block(4096, 'x');
    for (;;) std::cout << block << '\n';
}

/// A process that outlives us, in a session of its own, and closes everything of ours.
void leave_a_daemon() {
    int left_the_group[2];
    if (::pipe(left_the_group) == -1) std::exit(1);
    if (::fork() != 0) {
        // Whoever still is in our group goes with us, in silence.
        ::close(left_the_group[1]);
        char byte = 0;
        [[maybe_unused]] const ssize_t end = ::read(left_the_group[0], &byte, 1);
        return;
    }
    ::setsid();
    for (const int fd : left_the_group) ::close(fd);
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::close(fd);
    sleep_for_ever();
}

/// A child of a child, which has ended and which nobody has asked how.
void leave_an_ended_orphan() {
    const pid_t child = ::fork();
    if (child == 0) {
        if (::fork() == 0) ::_exit(0);
        ::_exit(0);
    }
    ::waitpid(child, nullptr, 0);
}

const std::map<std::string, void (*)()> misbehaviours{
    {"exit-3", [] { std::exit(3); }},
    {"says-hello",
     [] {
         std::cout << "hello" << std::endl;
         sleep_for_ever();
     }},
    {"announces-nonsense",
     [] {
         std::cout << "listening on nothing" << std::endl;
         sleep_for_ever();
     }},
    {"announces-port-0",
     [] {
         std::cout << "listening on 127.0.0.1:0" << std::endl;
         sleep_for_ever();
     }},
    {"announces-only",
     [] {
         std::cout << "listening on 127.0.0.1:1" << std::endl;
         sleep_for_ever();
     }},
    {"error-line",
     [] {
         std::cerr << "warning: odd\ntoy: open /x: No such file or directory\n";
         std::exit(1);
     }},
    {"error-line-and-mark",
     [] {
         std::cerr << "toy: open /x: No such file or directory\n"
                      "toy.cpp:7: stage later is not written yet\n";
         std::exit(1);
     }},
    {"crash", [] { std::raise(SIGSEGV); }},
    {"flood", flood},
    {"ignores-sigterm",
     [] {
         std::signal(SIGTERM, SIG_IGN);
         std::cout << "ready" << std::endl;
         sleep_for_ever();
     }},
    {"leaves-daemon", [] { leave_a_daemon(); }},
    {"leaves-nobody", [] { leave_an_ended_orphan(); }},
    {"first-thread-ends",
     [] {
         std::thread([] {
             serve_one([](net::TcpStream& client) {
                 for (std::string text; !(text = receive(client)).empty();) send(client, text);
             });
         }).detach();
         ::pthread_exit(nullptr);
     }},
    {"sanitizer-report",
     [] {
         std::cerr
             << "==42==ERROR: AddressSanitizer: heap-use-after-free on address 0x60 at pc 0x1\n"
                "    #0 0x1 in memcpy /usr/src/libsanitizer/x.cpp:9\n"
                "    #1 0x2 in echo(int) /home/me/labs/01-tcp-echo/echo_server.cpp:82\n"
                "    #2 0x3 in main /home/me/labs/01-tcp-echo/echo_server.cpp:99\n"
                "\n"
                "    #0 0x4 in other /home/me/labs/01-tcp-echo/echo_server.cpp:7\n";
         std::exit(101);
     }},
    {"echo",
     [] {
         auto listener = listen_and_announce();
         for (;;) {
             auto client = listener.accept();
             for (std::string text; !(text = receive(client)).empty();) send(client, text);
         }
     }},
    {"silent",
     [] {
         serve_one([](net::TcpStream& client) {
             for (;;)
                 if (receive(client).empty()) sleep_for_ever();
         });
     }},
    {"spins",
     [] {
         serve_one([](net::TcpStream&) {
             for (;;) {
             }
         });
     }},
    {"closes",
     [] {
         serve_one([](net::TcpStream& client) {
             receive(client);
             client.shutdown_send();
         });
     }},
    {"resets",
     [] {
         serve_one([](net::TcpStream& client) {
             receive(client);
             client.reset();
         });
     }},
    {"exits-amid",
     [] {
         auto listener = listen_and_announce();
         auto client = listener.accept();
         receive(client);
         std::exit(4);
     }},
    {"dies-of-sigpipe",
     [] {
         serve_one([](net::TcpStream& client) {
             receive(client);
             std::raise(SIGPIPE);
         });
     }},
    {"greets",
     [] {
         auto server = net::TcpStream::connect("127.0.0.1", argument);
         send(server, "hello");
         receive(server);
     }},
    {"multipath",
     [] {
         if (::socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP) == -1) std::exit(3);
         std::cout << "ready" << std::endl;
         sleep_for_ever();
     }},
    {"answers-in-halves",
     [] {
         serve_one([](net::TcpStream& client) {
             for (std::string text; !(text = receive(client)).empty();) {
                 send(client, "hel");
                 send(client, "lo");
             }
         });
     }},
    {"asks-often",
     [] {
         auto server = net::TcpStream::connect("127.0.0.1", argument);
         for (int i = 0; i < 30; ++i) {
             send(server, "please");
             std::string answer;
             while (answer.size() < 5) answer += receive(server);
             std::cout << answer << std::endl;
         }
     }},
    {"counts-reads",
     [] {
         serve_one([](net::TcpStream& client) {
             for (std::string text; !(text = receive(client)).empty();)
                 send(client, std::to_string(text.size()) + ' ');
         });
     }},
    {"adds",
     [] { serve_one([](net::TcpStream& client) { send(client, receive(client) + "!"); }); }},
    {"changes-byte",
     [] {
         serve_one([](net::TcpStream& client) {
             std::string text = receive(client);
             text.at(20) = '?';
             send(client, text);
         });
     }},
};

}  // namespace

int main(int argc, char* argv[]) {
    try {
        if (argc > 2) argument = argv[2];
        misbehaviours.at(argc > 1 ? argv[1] : "")();
    } catch (const std::exception& e) {
        std::cerr << "toy: " << e.what() << '\n';
        return 1;
    }
}
