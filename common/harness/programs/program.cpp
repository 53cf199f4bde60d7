#include "harness/programs/program.hpp"

#include <algorithm>
#include <regex>
#include <system_error>

#include "net/io.hpp"

namespace harness {
namespace {

net::Address parse_announcement(const std::string& line) {
    static const std::regex shape(
        R"(listening on (?:\[([0-9a-fA-F:.%\w]+)\]|([0-9.]+)):(\d{1,5}))");
    std::smatch match;
    const Failure unreadable{
        .verdict = Verdict::output,
        .says = "its first line should be `listening on ADDRESS:PORT`, but is " +
                quote(net::as_bytes(line), 80),
        .means = "program::announce() prints the line; nothing else goes to stdout",
        .idea = Concept::program_contract};
    // std::regex recurses once a letter: a long line would take the stack.
    if (line.size() > 200 || !std::regex_match(line, match, shape)) fail(unreadable);
    if (match[3] == "0") {
        fail({.verdict = Verdict::output,
              .says = "it announces port 0, which is no port",
              .means = "you asked the kernel for any free port (0), and announced your own 0: "
                       "getsockname says "
                       "which one you got",
              .idea = Concept::socket_life});
    }
    const auto found = net::resolve(match[match[1].matched ? 1 : 2], match[3], net::Use::connect);
    if (found.empty()) fail(unreadable);
    return found.front();
}

std::optional<net::TcpStream> connect_in_time(const net::Address& address) {
    return net::TcpStream::connect_within(address, Deadline(patience::to_answer).left());
}

}  // namespace

Server::Server(StartOptions options)
    : process_(std::move(options)), address_(await_announcement()) {}

net::Address Server::await_announcement() {
    const auto line = process_.next_line(patience::to_start);
    if (!line) {
        fail({.verdict = Verdict::no_reply,
              .says = "it has not announced where it listens" +
                      (process_.out().empty()
                           ? ""
                           : "; so far it has written " + quote(net::as_bytes(process_.out()), 60) +
                                 ", without an end of line"),
              .means = "a server that can be connected to says so: `listening on ADDRESS:PORT`. "
                       "Printed by "
                       "hand, the line may still be in a buffer; program::announce() flushes it",
              .idea = Concept::socket_life});
    }
    current_run().transcript().add(Transcript::Side::program, *line);
    return parse_announcement(*line);
}

net::TcpStream Server::connect_stream() {
    Failure failure{
        .verdict = Verdict::refused,
        .says = "nobody takes the connection to " + address_.to_string() + ": its queue is full",
        .means =
            "the kernel queues clients that are not accepted yet, as many as listen's second "
            "argument, "
            "the backlog, says",
        .idea = Concept::socket_life};
    try {
        if (auto stream = connect_in_time(address_)) {
            held();
            return std::move(*stream);
        }
    } catch (const std::system_error& e) {
        failure.says = e.what();
        failure.means =
            "a socket takes connections only after bind gave it an address, and listen opened it: "
            "announce "
            "it then, and do not close it";
    }
    current_run().transcript().add(Transcript::Side::test,
                                   "no connection to " + address_.to_string());
    process_.await_rest();  // whoever cannot accept may be about to say so, and to end
    fail(std::move(failure));
}

void Server::expect_address(const std::string& host, std::uint16_t port) {
    if (address_.host() != host || address_.port() != port) {
        fail({.verdict = Verdict::output,
              .says = "it should listen on " + host + ':' + std::to_string(port) +
                      ", but says that it listens on " + address_.to_string()});
    }
    held();
}

void Server::expect_host(const std::string& host) {
    if (address_.host() != host) {
        Failure failure{.verdict = Verdict::output,
                        .says = "it should listen on " + host + ", but says that it listens on " +
                                address_.to_string()};
        // getsockname has cut an address of IPv6 down to the room that it was given.
        if (address_.host() == "::") {
            failure.means =
                "getsockname needs room for an address of either family: a sockaddr_storage, and "
                "its size";
        }
        fail(std::move(failure));
    }
    held();
}

void Server::expect_other_address_than(const Server& other) {
    if (address_ == other.address_) {
        fail({.verdict = Verdict::output,
              .says = "two servers say that they listen on " + address_.to_string()});
    }
    held();
}

void expect_refused(const std::string& host, std::uint16_t port) {
    const net::Address address =
        net::resolve(host, std::to_string(port), net::Use::connect).front();
    bool taken = false;
    try {
        taken = connect_in_time(address).has_value();
    } catch (const std::system_error&) {
        // Refused, as it should be.
    }
    current_run().transcript().add(Transcript::Side::test,
                                   (taken ? "connect to " : "refused at ") + address.to_string());
    if (taken) {
        fail({.verdict = Verdict::output,
              .says =
                  "it can be reached at " + address.to_string() + " too, where it should not be"});
    }
    held();
}

std::string random_loopback_host() {
    std::string host = "127";
    for (int i = 0; i < 3; ++i) host += '.' + std::to_string(random_number(1, 254));
    return host;
}

std::uint16_t free_port(const std::string& host) {
    return net::TcpListener::bind(host, "0").local_address().port();
}

}  // namespace harness
