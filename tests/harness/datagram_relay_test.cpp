// A line that loses, repeats, delays, reorders and spoils datagrams: each rule, each count, and
// that a rule which had nothing to do is told.

#include "harness/relays/datagram_relay.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fstream>

#include "expect_failure.hpp"

using namespace harness;
using Catch::Matchers::ContainsSubstring;
using std::chrono::milliseconds;

namespace {

/// A client and a server, both the test's, on either side of a relay.
struct Line {
    explicit Line(DatagramRules rules)
        : relay(server.address(), std::move(rules)), client(relay.address()) {}

    void send(std::initializer_list<const char*> texts) {
        for (const char* text : texts) client.send(text);
    }
    void expect(std::initializer_list<const char*> texts) {
        for (const char* text : texts) server.expect(text);
        server.expect_nothing_more();
    }

    DatagramPeer server;
    DatagramRelay relay;
    DatagramPeer client;
};

bool has_told(const std::string& what) {
    const auto& events = current_run().transcript().events();
    return std::any_of(events.begin(), events.end(),
                       [&](const auto& event) { return event.what == what; });
}

}  // namespace

TEST_CASE("a relay without rules passes everything, for each client apart", "[relay]") {
    const std::string kind = GENERATE("echo", "echo-ipv6", "echo-everywhere");
    if (kind == "echo-ipv6" && !std::ifstream("/proc/net/udp6")) SKIP();
    auto server = datagram_server(kind);
    DatagramRelay relay(server.address());
    DatagramPeer alice(relay.address());
    DatagramPeer bob(relay.address());
    for (const std::size_t size : {0U, 1U, 65507U}) {
        const auto data = random_bytes(size);
        alice.send(data);
        bob.send("bob's");
        alice.expect(data);
        bob.expect("bob's");
    }
    alice.expect_nothing_more();
    CHECK(relay.clients() == 2);
    CHECK(relay.to_server().came == 6);
    CHECK(relay.to_server().passed == 6);
    CHECK(relay.to_client().passed == 6);
}

TEST_CASE("a relay drops what it is told to, in one direction", "[relay]") {
    Line line({.to_server = {{2, drop()}, {3, drop()}}});
    line.send({"1", "2", "3", "4"});
    line.expect({"1", "4"});
    CHECK(line.relay.to_server().came == 4);
    CHECK(line.relay.to_server().passed == 2);
    CHECK(line.relay.to_server().dropped == 2);
    CHECK(line.relay.to_client().came == 0);
    CHECK(has_told("relay: datagram 2, 1 byte, to the server: dropped"));
}

TEST_CASE("a relay repeats", "[relay]") {
    Line line({.to_server = {{1, repeat(3)}}});
    line.send({"1", "2"});
    line.expect({"1", "1", "1", "2"});
    CHECK(line.relay.to_server().came == 2);
    CHECK(line.relay.to_server().repeated == 2);
    CHECK(line.relay.to_server().passed == 4);
}

TEST_CASE("a relay delays, and others overtake", "[relay]") {
    Line line({.to_server = {{1, delay(milliseconds(30))}, {2, delay(milliseconds(10))}}});
    const auto start = std::chrono::steady_clock::now();
    line.send({"1", "2", "3"});
    line.expect({"3", "2", "1"});
    CHECK(std::chrono::steady_clock::now() - start >= milliseconds(30));
    CHECK(line.relay.to_server().delayed == 2);
    CHECK(line.relay.to_server().passed == 3);
}

TEST_CASE("a relay holds back until later ones have passed", "[relay]") {
    Line line({.to_server = {{1, hold(2)}, {2, hold(1)}}});
    line.send({"1", "2"});
    line.expect({});
    line.send({"3", "4"});
    line.expect({"3", "2", "4", "1"});
    CHECK(line.relay.to_server().held == 2);
    CHECK(line.relay.to_server().passed == 4);
}

TEST_CASE("a relay spoils a bit, or cuts", "[relay]") {
    Line line({.to_server = {{1, flip_bit(2)}, {2, cut_to(3)}, {3, cut_to(0)}}});
    line.send({"abcdef", "abcdef", "abcdef"});
    line.expect({"abbdef", "abc", ""});
    CHECK(line.relay.to_server().flipped == 1);
    CHECK(line.relay.to_server().cut == 2);
    CHECK(line.relay.to_server().passed == 3);
}

TEST_CASE("a rule may look at the datagram, on the way back too", "[relay]") {
    const auto drop_b = [](const Passing& datagram) {
        return datagram.data.front() == std::byte{'b'} ? drop() : pass();
    };
    auto server = datagram_server("echo");
    DatagramRelay relay(server.address(), {.to_client = drop_b});
    DatagramPeer client(relay.address());
    for (const char* text : {"a", "b", "c"}) client.send(text);
    client.expect("a");
    client.expect("c");
    client.expect_nothing_more();
    CHECK(relay.to_client().dropped == 1);
    CHECK(relay.to_server().dropped == 0);
}

TEST_CASE("a line that loses by the seed keeps its limits", "[relay]") {
    DatagramRule rule = lose({.percent = 40, .most_in_a_row = 3});
    std::size_t lost = 0;
    std::size_t in_a_row = 0;
    for (std::size_t i = 1; i <= 1000; ++i) {
        const bool dropped =
            rule.decide({.number = i, .client = 1, .data = {}}).kind == Treatment::Kind::drop;
        in_a_row = dropped ? in_a_row + 1 : 0;
        lost += dropped ? 1 : 0;
        REQUIRE(in_a_row <= 3);
        if (i == 5) REQUIRE(lost >= 1);
    }
    CHECK(lost > 250);
    CHECK(lost < 450);
}

TEST_CASE("what a line has lost by the seed, it has counted", "[relay]") {
    auto server = datagram_server("echo");
    DatagramRelay relay(server.address(),
                        {.to_server = lose({.percent = 40}), .to_client = lose({.percent = 40})});
    DatagramPeer client(relay.address());
    std::size_t answers = 0;
    for (std::size_t sent = 1; sent <= 50; ++sent) {
        client.send("x");
        const auto settled = [&] {
            return relay.to_client().came == relay.to_server().passed &&
                   relay.to_server().came == sent;
        };
        REQUIRE(wait_until(settled, Deadline(patience::to_answer)) == Waited::done);
        for (; answers < relay.to_client().passed; ++answers) client.expect("x");
    }
    client.expect_nothing_more();
    CHECK(relay.to_server().dropped + relay.to_client().came == 50);
    CHECK(relay.to_client().dropped > 0);
}

TEST_CASE("of a group no more are lost than may be, and the seed decides which", "[relay]") {
    const Loss loss{.percent = 90,
                    .most_in_a_row = 100,
                    .group = [](auto data) { return std::to_integer<std::uint64_t>(data[0]); },
                    .most_of_group = 2};
    DatagramRule rule = lose(loss);
    std::map<std::size_t, int> lost;
    for (std::size_t i = 1; i <= 100; ++i) {
        const Bytes data{static_cast<std::byte>(i % 20)};
        if (rule.decide({.number = i, .client = 1, .data = data}).kind == Treatment::Kind::drop)
            ++lost[i % 20];
    }
    CHECK(lost.size() == 20);
    for (const auto& [group, count] : lost) CHECK(count <= 2);
}

TEST_CASE("a program that asks again is answered over a line that loses", "[relay]") {
    auto server = datagram_server("echo");
    DatagramRelay relay(server.address(), {.to_server = {{1, drop()}}, .to_client = {{1, drop()}}});
    auto client = datagram_client("asks-until-answered", relay);
    // On a busy machine it asks once more before it hears of the third.
    CHECK(client.next_line(patience::to_answer).value_or("").starts_with("try 3 after "));
    client.expect_exit(0);
    CHECK(relay.to_server().dropped == 1);
    CHECK(relay.to_client().dropped == 1);
    CHECK(relay.to_server().came >= 3);
}

TEST_CASE("a program that waits for what was lost is NO_REPLY, at once", "[relay]") {
    const auto failure = failure_of([] {
        auto server = datagram_server("echo");
        DatagramRelay relay(server.address(), {.to_client = {{1, drop()}}});
        auto client = datagram_client("asks-once", relay);
        client.expect_output("1\n");
    });
    CHECK(failure.verdict == Verdict::no_reply);
    CHECK_THAT(failure.says, !ContainsSubstring("for a long time"));
}

TEST_CASE("what is delayed is on its way, so nobody is stuck", "[relay]") {
    auto server = datagram_server("echo");
    DatagramRelay relay(server.address(), {.to_client = {{1, delay(milliseconds(200))}}});
    auto client = datagram_client("asks-once", relay);
    client.expect_output("1\n");
}

TEST_CASE("two programs that talk past the test are not called stuck", "[relay]") {
    auto server = datagram_server("echo");
    auto client = datagram_client("sends-five", server);
    client.expect_output("1\n2\n3\n4\n5\n");
}

TEST_CASE("a rule that had nothing to do has proved nothing", "[relay]") {
    const auto by_number = failure_of([] {
        Line line({.to_server = {{1, drop()}, {3, drop()}}});
        line.send({"1", "2"});
        line.expect({"2"});
    });
    CHECK(by_number.verdict == Verdict::test_bug);
    CHECK_THAT(by_number.says, ContainsSubstring("datagram 3 never came to the server"));
    const auto by_function = failure_of([] {
        Line line({.to_client = [](const Passing&) { return pass(); }});
        line.send({"1"});
        line.expect({"1"});
        line.server.send("2");
        line.client.expect("2");
    });
    CHECK(by_function.verdict == Verdict::test_bug);
    CHECK_THAT(by_function.says, ContainsSubstring("every datagram was passed as it was"));
    const auto held_to_the_end = failure_of([] {
        Line line({.to_server = {{1, hold(1)}}});
        line.send({"1"});
        line.expect({});
    });
    CHECK(held_to_the_end.verdict == Verdict::test_bug);
}

TEST_CASE("a test that fails otherwise is not asked for its rules", "[relay]") {
    const auto failure = failure_of([] {
        Line line({.to_server = {{2, drop()}}});
        line.send({"1"});
        line.expect({"2"});
    });
    CHECK(failure.verdict == Verdict::wrong_bytes);
    const auto later = failure_of([] {
        auto program = toy("crash");
        DatagramPeer server;
        const DatagramRelay relay(server.address(), {.to_server = {{1, drop()}}});
        (void)program.next_line(patience::to_answer);  // until it has ended
    });
    CHECK(later.verdict == Verdict::crash);
}

TEST_CASE("a relay passes nothing from strangers", "[relay]") {
    auto server = datagram_server("answers-from-another-port");
    DatagramRelay relay(server.address());
    DatagramPeer client(relay.address());
    client.send("hello");
    client.expect_nothing_more();
    CHECK(relay.to_client().came == 0);
}
