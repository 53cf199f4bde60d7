// That silence is proven where it can be, and waited for where it cannot.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fstream>

#include "expect_failure.hpp"
#include "harness/tcp_state.hpp"

using namespace harness;
using Catch::Matchers::ContainsSubstring;

namespace {

/// Sends a word and waits for an answer: what is said, and whether the silence was proven.
struct Silence {
    Failure failure;
    bool proven = false;
};

Silence silence_of(const std::string& misbehaviour) {
    Silence silence;
    silence.failure = failure_of([&] {
        auto server = toy_server(misbehaviour);
        auto client = server.connect();
        client.send("hello");
        client.expect("hello");
    });
    silence.proven = silence.failure.says.find("nothing more can come") != std::string::npos;
    return silence;
}

}  // namespace

TEST_CASE("a program that waits for more input is NO_REPLY, at once", "[standstill]") {
    const auto silence = silence_of("silent");
    CHECK(silence.failure.verdict == Verdict::no_reply);
    CHECK(silence.proven);
    CHECK_THAT(silence.failure.says, ContainsSubstring("it waits in recv on descriptor"));
}

TEST_CASE("a program that sleeps for ever is a HANG, at once", "[standstill]") {
    const auto silence = silence_of("never-accepts");
    CHECK(silence.failure.verdict == Verdict::hang);
    CHECK(silence.proven);
    CHECK_THAT(silence.failure.says, ContainsSubstring("pause"));
}

TEST_CASE("a thread that waits for a lock is a HANG, at once", "[standstill]") {
    const auto silence = silence_of("deadlock");
    CHECK(silence.failure.verdict == Verdict::hang);
    CHECK(silence.proven);
    CHECK_THAT(silence.failure.says, ContainsSubstring("a lock or a join"));
}

TEST_CASE("a program that wakes up by itself is given its time", "[standstill]") {
    const auto silence = silence_of(GENERATE("polls-with-timeout", "selects-with-timeout"));
    CHECK(silence.failure.verdict == Verdict::no_reply);
    CHECK_FALSE(silence.proven);
}

TEST_CASE("a program that spins is BUSY", "[standstill]") {
    CHECK(silence_of("spins").failure.verdict == Verdict::busy);
}

TEST_CASE("an answer that a timer brings is waited for", "[standstill]") {
    auto server = toy_server("late-answer");
    auto client = server.connect();
    client.expect("late");
}

TEST_CASE("the kernel tells what a program has not read yet", "[tcp_state]") {
    auto* const find = GENERATE(find_tcp_socket, find_tcp_socket_in_proc);
    const std::string host = GENERATE("127.0.0.1", "::1");
    const std::ifstream ipv6("/proc/net/tcp6");
    if (host == "::1" && !ipv6) SKIP("there is no IPv6 on this machine");
    auto listener = net::TcpListener::bind(host, "0");
    auto client = net::TcpStream::connect(listener.local_address());
    auto server = listener.accept();
    const auto ours = client.local_address();
    const auto theirs = client.peer_address();

    REQUIRE(find(theirs, ours).has_value());
    CHECK(find(theirs, ours)->receive_queue == 0);
    CHECK(client.send_some(bytes("abc")) == 3);
    while (has_unacknowledged(client.fd())) {
    }
    CHECK(find(theirs, ours)->receive_queue == 3);
    std::array<std::byte, 8> buffer;
    CHECK(server.recv_some(buffer) == 3);
    CHECK(find(theirs, ours)->receive_queue == 0);
}

TEST_CASE("a reset that nobody has read yet is seen", "[tcp_state]") {
    auto listener = net::TcpListener::bind("127.0.0.1", "0");
    auto client = net::TcpStream::connect(listener.local_address());
    auto server = listener.accept();
    CHECK_FALSE(has_been_reset(client.fd()));
    server.reset();
    CHECK(has_been_reset(client.fd()));
}

TEST_CASE("a program whose first thread has ended is still there", "[standstill]") {
    auto server = toy_server("first-thread-ends");
    auto client = server.connect();
    for (int i = 0; i < 20; ++i) {
        client.send("hello");
        client.expect("hello");
        client.expect_open();
    }
    CHECK_FALSE(server.process().observe().processes.empty());
    const auto failure = failure_of([&] { server.process().expect_exit(0); });
    CHECK_THAT(failure.says, ContainsSubstring("goes on running"));
}
