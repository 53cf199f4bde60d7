#include <netinet/in.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <csignal>
#include <ctime>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "connected_pair.hpp"
#include "descriptors.hpp"
#include "interrupt.hpp"
#include "net/io.hpp"
#include "net/tcp.hpp"
#include "sockets.hpp"

using net_tests::connected_pair;
using net_tests::interrupted;
using net_tests::open_descriptors;

namespace {

static_assert(!std::is_copy_constructible_v<net::TcpStream>);
static_assert(std::is_nothrow_move_constructible_v<net::TcpStream>);
static_assert(std::is_nothrow_move_assignable_v<net::TcpStream>);

void destroy(net::TcpStream /*stream*/) {}

std::string read_until_end(net::TcpStream& stream) {
    std::string text;
    std::array<std::byte, 3> buffer{};  // small on purpose: every message takes several reads
    while (const auto n = stream.recv_some(buffer)) {
        text += net::as_text(std::span(buffer).first(n));
    }
    return text;
}

/// Keeps SIGPIPE from killing this process, and remembers whether it came.
class SigpipeTrap {
public:
    SigpipeTrap() {
        ::sigemptyset(&set_);
        ::sigaddset(&set_, SIGPIPE);
        REQUIRE(::pthread_sigmask(SIG_BLOCK, &set_, &before_) == 0);
    }
    ~SigpipeTrap() {
        (void)raised();
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }

    SigpipeTrap(const SigpipeTrap&) = delete;
    SigpipeTrap& operator=(const SigpipeTrap&) = delete;
    SigpipeTrap(SigpipeTrap&&) = delete;
    SigpipeTrap& operator=(SigpipeTrap&&) = delete;

    bool raised() {
        const timespec no_time{};
        return ::sigtimedwait(&set_, nullptr, &no_time) == SIGPIPE;
    }

private:
    sigset_t set_{};
    sigset_t before_{};
};

}  // namespace

TEST_CASE("a stream delivers bytes in order, both ways", "[tcp]") {
    const std::string host = GENERATE("127.0.0.1", "::1");
    if (host == "::1") net_tests::skip_without_ipv6();
    auto [client, server] = connected_pair(host);

    net::send_all(client, net::as_bytes("hello, "));
    net::send_all(client, net::as_bytes("world"));
    client.shutdown_send();
    CHECK(read_until_end(server) == "hello, world");

    net::send_all(server, net::as_bytes("bye"));
    server.shutdown_send();
    CHECK(read_until_end(client) == "bye");
}

TEST_CASE("each end knows the other's address", "[tcp]") {
    const std::string host = GENERATE("127.0.0.1", "::1");
    if (host == "::1") net_tests::skip_without_ipv6();
    const auto [client, server] = connected_pair(host);

    CHECK(client.peer_address() == server.local_address());
    CHECK(client.local_address() == server.peer_address());
    CHECK(client.local_address() != client.peer_address());
    CHECK(client.peer_address().host() == host);
}

TEST_CASE("the end of the stream reads as 0 bytes", "[tcp]") {
    auto [client, server] = connected_pair();
    std::array<std::byte, 8> buffer{};

    SECTION("when the peer sends no more, again and again") {
        client.shutdown_send();
        CHECK(server.recv_some(buffer) == 0);
        CHECK(server.recv_some(buffer) == 0);
        CHECK(server.try_recv_some(buffer) == 0);
    }
    SECTION("when the peer has closed") {
        destroy(std::move(client));
        CHECK(server.recv_some(buffer) == 0);
    }
}

TEST_CASE("try_recv_some does not wait", "[tcp]") {
    auto [client, server] = connected_pair();
    std::array<std::byte, 8> buffer{};
    CHECK(server.try_recv_some(buffer) == std::nullopt);

    net::send_all(client, net::as_bytes("four"));
    net_tests::wait_readable(server.fd());
    CHECK(server.try_recv_some(buffer) == 4);
    CHECK(server.try_recv_some(buffer) == std::nullopt);
}

TEST_CASE("try_send_some does not wait, and what it took arrives", "[tcp]") {
    auto [client, server] = connected_pair();
    const std::vector<std::byte> block(1 << 20);
    std::size_t sent = 0;
    while (const auto n = client.try_send_some(block)) sent += *n;
    CHECK(sent > 0);

    std::vector<std::byte> received(sent + 1);
    client.shutdown_send();
    CHECK(net::recv_exactly(server, received) == sent);
}

TEST_CASE("reset gives the peer ECONNRESET", "[tcp]") {
    auto [client, server] = connected_pair();
    std::array<std::byte, 8> buffer{};
    server.reset();
    CHECK(server.fd() == -1);
    CHECK_THROWS_WITH(client.recv_some(buffer), "recv: Connection reset by peer");
}

TEST_CASE("try_recv_some reports a reset as an error, not as the end", "[tcp]") {
    auto [client, server] = connected_pair();
    std::array<std::byte, 8> buffer{};
    server.reset();
    net_tests::wait_readable(client.fd());
    CHECK_THROWS_WITH(client.try_recv_some(buffer), "recv: Connection reset by peer");
}

TEST_CASE("writing to a peer that has gone throws and raises no SIGPIPE", "[tcp]") {
    SigpipeTrap sigpipe;
    auto [client, server] = connected_pair();
    std::array<std::byte, 8> buffer{};
    server.reset();
    REQUIRE_THROWS(client.recv_some(buffer));  // now the reset has arrived for sure

    CHECK_THROWS_WITH(client.send_some(buffer), "send: Broken pipe");
    CHECK_THROWS_WITH(client.try_send_some(buffer), "send: Broken pipe");
    CHECK_FALSE(sigpipe.raised());
}

TEST_CASE("writing after shutdown_send throws and raises no SIGPIPE", "[tcp]") {
    SigpipeTrap sigpipe;
    auto [client, server] = connected_pair();
    client.shutdown_send();
    CHECK_THROWS_WITH(net::send_all(client, net::as_bytes("x")), "send: Broken pipe");
    CHECK_FALSE(sigpipe.raised());
}

TEST_CASE("set_no_delay switches Nagle's algorithm off", "[tcp]") {
    auto [client, server] = connected_pair();
    REQUIRE(net_tests::int_option(client.fd(), IPPROTO_TCP, TCP_NODELAY) == 0);
    client.set_no_delay();
    CHECK(net_tests::int_option(client.fd(), IPPROTO_TCP, TCP_NODELAY) != 0);
}

TEST_CASE("a stream that was moved from owns nothing", "[tcp]") {
    auto [client, server] = connected_pair();
    net::TcpStream& moved_from = client;
    const int fd = client.fd();
    net::TcpStream moved = std::move(client);
    CHECK(moved_from.fd() == -1);
    CHECK(moved.fd() == fd);
    CHECK_THROWS_WITH(moved_from.shutdown_send(), "shutdown: Bad file descriptor");

    net::TcpStream& same = moved;
    moved = std::move(same);
    CHECK(moved.fd() == fd);
    CHECK(net_tests::is_open(fd));
}

TEST_CASE("streams are closed on exec", "[tcp]") {
    const auto [client, server] = connected_pair();
    CHECK(net_tests::closes_on_exec(client.fd()));
    CHECK(net_tests::closes_on_exec(server.fd()));
}

TEST_CASE("streams leave no descriptor behind", "[tcp]") {
    const auto before = open_descriptors();
    for (int i = 0; i < 10; ++i) {
        auto [client, server] = connected_pair();
        if (i % 2 == 0) server.reset();
        client = std::move(server);
    }
    CHECK(open_descriptors() == before);
}

TEST_CASE("a signal does not interrupt recv_some", "[tcp][signals]") {
    auto [client, server] = connected_pair();
    std::array<std::byte, 8> buffer{};
    const auto n =
        interrupted([&server = server, &buffer] { return server.recv_some(buffer); },
                    [&client = client] { net::send_all(client, net::as_bytes("late")); });
    CHECK(n == 4);
    CHECK(net::as_text(std::span(buffer).first(4)) == "late");
}

TEST_CASE("signals during send_all neither lose nor double a byte", "[tcp][signals]") {
    auto [client, server] = connected_pair();
    std::vector<std::byte> data(std::size_t{32} << 20);  // far more than the kernel buffers
    for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::byte>(i % 251);
    std::vector<std::byte> received(data.size());

    const auto send = [&client = client, &data] {
        net::TcpStream mine = std::move(client);  // closed at the end, so that the reader ends too
        net::send_all(mine, data);
        return true;
    };
    const auto read = [&server = server, &received] {
        CHECK(net::recv_exactly(server, received) == received.size());
    };
    CHECK(interrupted(send, read));
    CHECK(std::ranges::equal(received, data));  // == would print 32 MiB when it fails
    CHECK(read_until_end(server).empty());
}
