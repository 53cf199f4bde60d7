#include <fcntl.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <cerrno>
#include <chrono>
#include <optional>
#include <string>
#include <system_error>

#include "descriptors.hpp"
#include "faults.hpp"
#include "interrupt.hpp"
#include "net/tcp.hpp"
#include "sockets.hpp"

using namespace std::literals;

using net_tests::connect_fault;
using net_tests::error_of;
using net_tests::interrupted;
using net_tests::open_descriptors;
using net_tests::socket_fault;

namespace {

/// Listens on a queue that is already full, so that nobody else gets in until next_in().
class FullListener {
public:
    FullListener() { net_tests::wait_readable(listener_.fd()); }

    [[nodiscard]] net::Address address() const { return listener_.local_address(); }
    void next_in() { first_served_ = listener_.accept(); }

private:
    net::TcpListener listener_ = net::TcpListener::bind("127.0.0.1", "0", {.backlog = 0});
    net::TcpStream first_ = net::TcpStream::connect(listener_.local_address());
    std::optional<net::TcpStream> first_served_;
};

}  // namespace

TEST_CASE("a refused connect names the address, and leaves no descriptor", "[tcp]") {
    const auto closed = net_tests::hold_port("127.0.0.1");
    const auto port = net_tests::port_of(closed.get());
    const auto before = open_descriptors();

    SECTION("by address") {
        CHECK_THROWS_WITH(net::TcpStream::connect(net::local_address(closed.get())),
                          "connect 127.0.0.1:" + port + ": Connection refused");
    }
    SECTION("by host and service") {
        CHECK_THROWS_WITH(net::TcpStream::connect("127.0.0.1", port),
                          "connect 127.0.0.1:" + port + ": Connection refused");
    }
    CHECK(open_descriptors() == before);
}

TEST_CASE("connect brackets an IPv6 address in its message", "[tcp]") {
    net_tests::skip_without_ipv6();
    const auto closed = net_tests::hold_port("::1");
    const auto port = net_tests::port_of(closed.get());
    CHECK_THROWS_WITH(net::TcpStream::connect("::1", port),
                      "connect [::1]:" + port + ": Connection refused");
}

TEST_CASE("connect passes on what the resolver says", "[tcp]") {
    const auto error = error_of([] { (void)net::TcpStream::connect("no..such.host", "80"); });
    CHECK(error.category() == net::resolver_category());
}

TEST_CASE("connect tries every address that a name has", "[tcp]") {
    net_tests::skip_without_ipv6();
    const std::string listening = GENERATE("127.0.0.1", "::1");
    const std::string refusing = listening == "::1" ? "127.0.0.1" : "::1";

    // No host has two addresses, ::1 and 127.0.0.1: one listens, the other's port is held closed.
    std::optional<net::TcpListener> listener;
    net::Fd closed;
    while (!closed) {
        listener = net::TcpListener::bind(listening, "0");
        const auto port = net_tests::port_of(listener->fd());
        closed = net_tests::try_hold_port(net::resolve(refusing, port, net::Use::listen).front());
    }
    const auto stream = net::TcpStream::connect("", net_tests::port_of(closed.get()));
    CHECK(stream.peer_address() == listener->local_address());
}

TEST_CASE("connect tries on when the first address's family is missing here", "[tcp]") {
    net_tests::skip_without_ipv6();
    const auto second = net::resolve("", "0", net::Use::connect).at(1);
    const auto listener = net::TcpListener::bind(second.host(), "0");
    socket_fault = {.errors = {EAFNOSUPPORT}};
    const auto stream = net::TcpStream::connect("", net_tests::port_of(listener.fd()));
    CHECK(stream.peer_address() == listener.local_address());
}

TEST_CASE("connect reports the failure of the last address", "[tcp]") {
    net_tests::skip_without_ipv6();
    const auto before = open_descriptors();
    connect_fault = {.errors = {ENETUNREACH, ETIMEDOUT}};
    CHECK_THROWS_WITH(net::TcpStream::connect("", "1"), "connect :1: Connection timed out");
    CHECK(connect_fault.calls == 2);
    CHECK(open_descriptors() == before);
}

TEST_CASE("connect names the call that failed", "[tcp]") {
    socket_fault = {.errors = {EMFILE}};
    CHECK_THROWS_WITH(net::TcpStream::connect("127.0.0.1", "1"),
                      "socket 127.0.0.1:1: Too many open files");
}

TEST_CASE("connect_within", "[tcp]") {
    const auto before = open_descriptors();

    SECTION("gives a blocking stream that is closed on exec") {
        const auto listener = net::TcpListener::bind("127.0.0.1", "0");
        const auto stream = net::TcpStream::connect_within(listener.local_address(), 20s);
        REQUIRE(stream);
        CHECK(stream->peer_address() == listener.local_address());
        CHECK((::fcntl(stream->fd(), F_GETFL) & O_NONBLOCK) == 0);
        CHECK(net_tests::closes_on_exec(stream->fd()));
    }
    SECTION("gives up on a server that does not answer, and takes no negative time for for ever") {
        const FullListener listener;
        const auto patience = GENERATE(1ms, 0ms, -1ms);
        CHECK_FALSE(net::TcpStream::connect_within(listener.address(), patience));
    }
    SECTION("throws a refusal") {
        const auto closed = net_tests::hold_port("127.0.0.1");
        const auto address = net::local_address(closed.get());
        CHECK_THROWS_WITH(net::TcpStream::connect_within(address, 20s),
                          "connect " + address.to_string() + ": Connection refused");
    }
    CHECK(open_descriptors() == before);
}

TEST_CASE("a signal does not interrupt connect_within", "[tcp][signals]") {
    FullListener listener;
    const auto connect = [&] { return net::TcpStream::connect_within(listener.address(), 20s); };
    const auto stream = interrupted(connect, [&] { listener.next_in(); });
    REQUIRE(stream);
    CHECK(stream->peer_address() == listener.address());
}

TEST_CASE("connect waits for the outcome when a signal interrupts it", "[tcp][signals]") {
    SECTION("a connection that stands at last") {
        FullListener listener;
        connect_fault = {.errors = {EINTR}};
        const auto connect = [&] { return net::TcpStream::connect(listener.address()); };
        const auto stream = interrupted(connect, [&] { listener.next_in(); });
        CHECK(stream.peer_address() == listener.address());
    }
    SECTION("a refusal") {
        const auto closed = net_tests::hold_port("127.0.0.1");
        const auto address = net::local_address(closed.get());
        connect_fault = {.errors = {EINTR}};
        CHECK_THROWS_WITH(net::TcpStream::connect(address),
                          "connect " + address.to_string() + ": Connection refused");
    }
    CHECK(connect_fault.calls == 1);  // POSIX: a second call is an error
}
