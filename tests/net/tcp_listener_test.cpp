#include <fcntl.h>
#include <sys/socket.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <cerrno>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "descriptors.hpp"
#include "faults.hpp"
#include "interrupt.hpp"
#include "net/tcp.hpp"
#include "sockets.hpp"

using net_tests::accept_fault;
using net_tests::interrupted;
using net_tests::open_descriptors;
using net_tests::socket_fault;

namespace {

static_assert(!std::is_copy_constructible_v<net::TcpListener>);
static_assert(std::is_nothrow_move_constructible_v<net::TcpListener>);

}  // namespace

TEST_CASE("a listener tells the port that the kernel chose", "[tcp]") {
    SECTION("on IPv4") {
        const auto listener = net::TcpListener::bind("127.0.0.1", "0");
        CHECK(listener.local_address().host() == "127.0.0.1");
        CHECK(listener.local_address().port() != 0);
    }
    SECTION("on IPv6") {
        net_tests::skip_without_ipv6();
        const auto listener = net::TcpListener::bind("::1", "0");
        CHECK(listener.local_address().host() == "::1");
        CHECK(listener.local_address().port() != 0);
    }
}

TEST_CASE("a listener on no host takes connections on every IPv4 interface", "[tcp]") {
    auto listener = net::TcpListener::bind("0.0.0.0", "0");
    const auto client = net::TcpStream::connect("127.0.0.2", net_tests::port_of(listener.fd()));
    CHECK(listener.accept().local_address().host() == "127.0.0.2");
}

TEST_CASE("a port that is taken is named, and leaves no descriptor", "[tcp]") {
    const auto first = net::TcpListener::bind("127.0.0.1", "0");
    const auto before = open_descriptors();
    const auto port = net_tests::port_of(first.fd());
    CHECK_THROWS_WITH(net::TcpListener::bind("127.0.0.1", port),
                      "bind 127.0.0.1:" + port + ": Address already in use");
    CHECK(open_descriptors() == before);
}

TEST_CASE("bind tries on when the first address's family is missing here", "[tcp]") {
    net_tests::skip_without_ipv6();
    const auto second = net::resolve("", "0", net::Use::listen).at(1);
    socket_fault = {.errors = {EAFNOSUPPORT}};
    CHECK(net::TcpListener::bind("", "0").local_address().host() == second.host());
}

TEST_CASE("reuse_address decides on SO_REUSEADDR", "[tcp]") {
    const auto yes = net::TcpListener::bind("127.0.0.1", "0");
    const auto no = net::TcpListener::bind("127.0.0.1", "0", {.reuse_address = false});
    CHECK(net_tests::int_option(yes.fd(), SOL_SOCKET, SO_REUSEADDR) != 0);
    CHECK(net_tests::int_option(no.fd(), SOL_SOCKET, SO_REUSEADDR) == 0);
}

TEST_CASE("try_accept does not wait", "[tcp]") {
    auto listener = net::TcpListener::bind("127.0.0.1", "0");
    CHECK_FALSE(listener.try_accept());

    const auto client = net::TcpStream::connect(listener.local_address());
    net_tests::wait_readable(listener.fd());
    const auto server = listener.try_accept();
    REQUIRE(server);
    CHECK(server->peer_address() == client.local_address());
    CHECK_FALSE(listener.try_accept());
}

TEST_CASE("an accepted stream is blocking although the listener is not", "[tcp]") {
    auto listener = net::TcpListener::bind("127.0.0.1", "0");
    const auto client = net::TcpStream::connect(listener.local_address());
    const auto server = listener.accept();
    CHECK((::fcntl(listener.fd(), F_GETFL) & O_NONBLOCK) != 0);
    CHECK((::fcntl(server.fd(), F_GETFL) & O_NONBLOCK) == 0);
}

TEST_CASE("accept skips connections aborted in the queue", "[tcp]") {
    auto listener = net::TcpListener::bind("127.0.0.1", "0");
    const auto client = net::TcpStream::connect(listener.local_address());
    accept_fault = {.errors = {ECONNABORTED, EINTR, ECONNABORTED}};
    const auto server = listener.accept();
    CHECK(server.peer_address() == client.local_address());
    CHECK(accept_fault.errors.empty());
}

TEST_CASE("accept passes on other errors", "[tcp]") {
    auto listener = net::TcpListener::bind("127.0.0.1", "0");
    accept_fault = {.errors = {EMFILE, EMFILE}};
    CHECK_THROWS_WITH(listener.accept(), "accept: Too many open files");
    CHECK_THROWS_WITH(listener.try_accept(), "accept: Too many open files");
}

TEST_CASE("a signal does not interrupt accept", "[tcp][signals]") {
    auto listener = net::TcpListener::bind("127.0.0.1", "0");
    std::optional<net::TcpStream> client;
    const auto server =
        interrupted([&] { return listener.accept(); },
                    [&] { client = net::TcpStream::connect(listener.local_address()); });
    CHECK(server.peer_address() == client->local_address());
}

TEST_CASE("a listener is closed on exec", "[tcp]") {
    const auto listener = net::TcpListener::bind("127.0.0.1", "0");
    CHECK(net_tests::closes_on_exec(listener.fd()));
}

TEST_CASE("a listener that was moved from owns nothing", "[tcp]") {
    const auto before = open_descriptors();
    {
        auto first = net::TcpListener::bind("127.0.0.1", "0");
        const auto& moved_from = first;
        const int fd = first.fd();
        const auto second = std::move(first);
        CHECK(moved_from.fd() == -1);
        CHECK(second.fd() == fd);
        CHECK(net_tests::is_open(fd));
    }
    CHECK(open_descriptors() == before);
}
