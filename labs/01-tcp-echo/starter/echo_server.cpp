// Echoes every byte back to the client that sent it, one client at a time (RFC 862).
//
// Usage: echo_server [--host HOST] [--port N]

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <span>
#include <string>

#include "program/announce.hpp"
#include "program/server_options.hpp"
#include "program/todo.hpp"

/// Says on stderr what failed and why: call it at once, the next call may change errno.
void report(const std::string& what) {
    const int error = errno;
    std::cerr << "echo_server: " << what << ": " << std::strerror(error) << '\n';
}

/// Ends a program that cannot do its work.
[[noreturn]] void fail(const std::string& what) {
    report(what);
    std::exit(EXIT_FAILURE);
}

/// Ends the program at SIGINT and SIGTERM, whatever it is blocked in.
void end_on_signals() {
    // Achieve: either signal ends the program at once, with exit status 0.
    TODO("real-world");
}

/// A socket that clients can connect to at the host and port of `options`.
int open_listener(const program::ServerOptions& options) {
    // Achieve: the port can be had again at once after a stop. (Before bind.)
    TODO("real-world");

    // Achieve: a TCP socket with that address, which takes connections. Each call can fail, and
    // fail() is for that.
    TODO("listen", options);

    // Achieve: a host may be a name, and an address may be one of IPv6: the first that works.
    TODO("names", options);
    return -1;
}

/// Prints where `listener` can be reached.
void announce(int listener) {
    // Achieve: program::announce() is given the address that the socket really has. With --port 0
    // only the kernel knows it.
    TODO("listen", listener);
}

/// Sends all of `data`. Returns false, with errno set, when the connection has failed.
bool send_all(int client, std::span<const std::byte> data) {
    // Achieve: the bytes are handed to the kernel, as many as there are.
    TODO("echo-once", client, data);

    // Achieve: all of them, though a call may take fewer than it is offered.
    TODO("send-all", client, data);

    // Achieve: a call that a signal has interrupted is made again. (In echo() and serve() too.)
    TODO("real-world");
    return true;
}

/// Returns to `client` what it sends, until it has no more to send.
void echo(int client) {
    // Achieve: what the client has sent, up to 4,096 bytes of it, goes back to it.
    TODO("echo-once", client);

    // Achieve: the same again and again, until the client has no more to send.
    TODO("echo-stream", client);
}

/// Serves the clients of `listener`, one after another.
void serve(int listener) {
    // Achieve: nothing that one client does, or that happens to it, ends the service for the next.
    TODO("next-client", listener);

    // Achieve: wait for a client, serve it with echo(), close its connection.
    TODO("echo-once", listener);
    ::pause();  // Until then the server only keeps its door open.
}

int main(int argc, char* argv[]) {
    const auto options = program::parse_server_options(
        argc, argv, "Echoes every byte back to the client that sent it.", 5050);
    end_on_signals();
    const int listener = open_listener(options);
    announce(listener);
    serve(listener);
}
