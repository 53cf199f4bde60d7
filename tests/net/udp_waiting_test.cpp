// Who waits for what, for how long, and what signals change: nothing.

#include <sys/socket.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <cerrno>
#include <chrono>
#include <future>
#include <limits>
#include <string>

#include "datagrams.hpp"
#include "faults.hpp"
#include "interrupt.hpp"
#include "net/udp.hpp"
#include "sockets.hpp"

using namespace std::literals;

using net_tests::datagram_pair;
using net_tests::interrupted;
using net_tests::poll_fault;
using net_tests::sendto_fault;
using net_tests::text_of;
using std::chrono::steady_clock;

TEST_CASE("try_recv does not wait", "[udp]") {
    auto [client, server] = datagram_pair();
    net_tests::Room room{};
    CHECK_FALSE(server.try_recv(room));

    client.send(net::as_bytes("four"));
    net_tests::wait_readable(server.fd());
    const auto datagram = server.try_recv(room);
    REQUIRE(datagram);
    CHECK(text_of(*datagram) == "four");
    CHECK_FALSE(server.try_recv(room));
}

TEST_CASE("try_send sends, or says that there is no room", "[udp]") {
    auto [client, server] = datagram_pair();
    auto unbound = net::UdpSocket::unbound(AF_INET);
    const bool connected = GENERATE(true, false);
    const auto try_send = [&, &client = client, &server = server] {
        const auto data = net::as_bytes("four");
        return connected ? client.try_send(data)
                         : unbound.try_send_to(server.local_address(), data);
    };
    sendto_fault = {.errors = {EAGAIN}};
    CHECK_FALSE(try_send());
    CHECK((sendto_fault.flags & MSG_DONTWAIT) != 0);

    CHECK(try_send());
    net_tests::Room room{};
    CHECK(text_of(server.recv(room)) == "four");
    CHECK_FALSE(server.try_recv(room));
}

TEST_CASE("send waits for room, and takes a lack of it for an error", "[udp]") {
    auto [client, server] = datagram_pair();
    const auto peer = server.local_address();
    const std::string message =
        "send to " + peer.to_string() + " (1 byte): Resource temporarily unavailable";
    sendto_fault = {.errors = {EAGAIN, EAGAIN}};
    CHECK_THROWS_WITH(client.send(net::as_bytes("x")), message);
    CHECK(sendto_fault.flags == 0);
    CHECK_THROWS_WITH(client.send_to(peer, net::as_bytes("x")), message);
    CHECK(sendto_fault.flags == 0);
}

TEST_CASE("recv_until takes what comes before the deadline", "[udp]") {
    auto [client, server] = datagram_pair();
    net_tests::Room room{};
    const auto deadline = GENERATE(steady_clock::now() + 20s, steady_clock::time_point::max());
    client.send(net::as_bytes("in time"));
    const auto datagram = server.recv_until(room, deadline);
    REQUIRE(datagram);
    CHECK(text_of(*datagram) == "in time");
}

TEST_CASE("recv_until waits to the deadline, and no longer", "[udp]") {
    auto socket = net::UdpSocket::bind("127.0.0.1", "0");
    net_tests::Room room{};
    const auto deadline = steady_clock::now() + 3ms;
    CHECK_FALSE(socket.recv_until(room, deadline));
    CHECK(steady_clock::now() >= deadline);
}

TEST_CASE("after the deadline recv_until takes nothing, and what has come stays", "[udp]") {
    auto [client, server] = datagram_pair();
    net_tests::Room room{};
    client.send(net::as_bytes("late"));
    net_tests::wait_readable(server.fd());
    const auto deadline = GENERATE(steady_clock::now(), steady_clock::time_point::min());
    CHECK_FALSE(server.recv_until(room, deadline));
    CHECK(text_of(server.recv(room)) == "late");
}

TEST_CASE("a signal does not interrupt recv", "[udp][signals]") {
    auto [client, server] = datagram_pair();
    net_tests::Room room{};
    const auto text = interrupted([&, &server = server] { return text_of(server.recv(room)); },
                                  [&client = client] { client.send(net::as_bytes("late")); });
    CHECK(text == "late");
}

TEST_CASE("a signal does not interrupt recv_until", "[udp][signals]") {
    auto [client, server] = datagram_pair();
    net_tests::Room room{};
    const auto deadline = GENERATE(steady_clock::now() + 20s, steady_clock::time_point::max());
    const auto datagram =
        interrupted([&, &server = server] { return server.recv_until(room, deadline); },
                    [&client = client] { client.send(net::as_bytes("late")); });
    REQUIRE(datagram);
    CHECK(text_of(*datagram) == "late");
}

TEST_CASE("signals without end do not move the deadline of recv_until", "[udp][signals]") {
    auto [client, server] = datagram_pair();
    net_tests::Room room{};
    const auto deadline = steady_clock::now() + 200ms;
    std::promise<pid_t> thread;
    auto result = std::async(std::launch::async, [&, &server = server] {
        thread.set_value(::gettid());
        return server.recv_until(room, deadline);
    });
    const pid_t id = thread.get_future().get();
    const auto has_ended = [&] { return result.wait_for(0s) == std::future_status::ready; };
    // So often that a time which began anew with each signal would never pass.
    while (!has_ended() && steady_clock::now() < deadline + 20s) net_tests::interrupt_sleep(id);
    CHECK(has_ended());
    CHECK(steady_clock::now() >= deadline);
    client.send(net::as_bytes("end"));  // so that a wrong library ends, too
    CHECK_FALSE(result.get());
}

TEST_CASE("recv_until has poll wait for all that is left, or as long as poll can", "[udp]") {
    auto socket = net::UdpSocket::bind("127.0.0.1", "0");
    net_tests::Room room{};
    poll_fault = {.errors = {ENOMEM}};
    SECTION("rounded up, for a wait that ended early would be made again and again") {
        const auto deadline = steady_clock::now() + 20s + 999us;
        CHECK_THROWS_WITH(socket.recv_until(room, deadline), "poll: Cannot allocate memory");
        CHECK(std::chrono::milliseconds(poll_fault.timeout_ms) >= deadline - steady_clock::now());
    }
    SECTION("beyond what an int holds") {
        const auto deadline = GENERATE(steady_clock::now() + 720h, steady_clock::time_point::max());
        CHECK_THROWS_WITH(socket.recv_until(room, deadline), "poll: Cannot allocate memory");
        CHECK(poll_fault.timeout_ms == std::numeric_limits<int>::max());
    }
}

TEST_CASE("a signal does not interrupt a send", "[udp][signals]") {
    auto [client, server] = datagram_pair();
    const auto peer = server.local_address();
    const auto data = net::as_bytes("four");
    net_tests::Room room{};
    sendto_fault = {.errors = {EINTR, EINTR, EINTR}};
    SECTION("send") { client.send(data); }
    SECTION("send_to") { client.send_to(peer, data); }
    SECTION("try_send") { CHECK(client.try_send(data)); }
    SECTION("try_send_to") { CHECK(client.try_send_to(peer, data)); }
    CHECK(sendto_fault.calls == 4);
    CHECK(text_of(server.recv(room)) == "four");
    CHECK_FALSE(server.try_recv(room));
}
