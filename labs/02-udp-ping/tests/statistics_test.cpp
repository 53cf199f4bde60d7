// Stage statistics: what the client says at its end is what has happened. The test is the server.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <csignal>
#include <vector>

#include "harness/programs/program.hpp"
#include "harness/relays/datagram_relay.hpp"
#include "harness/wire/loopback.hpp"
#include "lines.hpp"
#include "probes.hpp"
#include "report.hpp"
#include "returner.hpp"

using namespace harness;
using namespace pinging;
using namespace std::chrono_literals;

namespace {

/// Takes so many probes, which nobody has answered yet.
std::vector<Probe> expect_probes(DatagramPeer& server, std::uint32_t count) {
    std::vector<Probe> probes;
    probes.reserve(count);
    for (std::uint32_t seq = 0; seq < count; ++seq) probes.push_back(expect_probe(server, seq));
    return probes;
}

/// What a client has sent and got through a relay that repeats nothing.
Counts seen_by(const DatagramRelay& relay) {
    return {.sent = relay.to_server().came, .received = relay.to_client().passed};
}

/// The client may have more probes than one under way when it is stopped.
void expect_none_given_up(const ProbeLines& lines) {
    if (!lines.given_up.empty()) {
        fail({.verdict = Verdict::output,
              .says = "a line says that seq " + std::to_string(*lines.given_up.begin()) +
                      " has no reply, though its deadline is an hour away"});
    }
    held();
}

void explain_stop() {
    explain(Concept::signals,
            "SIGINT and SIGTERM end the run, not the report: the handler sets a flag, ppoll is "
            "interrupted, the loop sees the flag, and what has been counted so far is printed");
}

}  // namespace

TEST_CASE("every probe and every reply is counted", "[statistics]") {
    explain(Concept::datagrams,
            "at the end three lines follow on stdout: the server's address, what was counted, and "
            "the least, mean and greatest time with their deviation");
    DatagramPeer server;
    auto client = Program("ping_client")
                      .connect_to(server, {"--count", "4", "--interval", "0", "--timeout", hour});

    for (const Probe& probe : expect_probes(server, 4)) answer(server, probe);
    (void)read_lines(client, server.address());
    expect_counts(client, {.sent = 4, .received = 4});
    client.expect_exit(0);
}

TEST_CASE("the end names the server by its address", "[statistics]") {
    explain(Concept::datagrams,
            "an address of IPv6 has colons of its own: in brackets it can be told from its port");
    need_ipv6();
    DatagramPeer server("::1");
    auto client = Program("ping_client").connect_to(server, {"--count", "1", "--timeout", hour});

    answer(server, expect_probe(server, 0));
    (void)read_lines(client, server.address());
    expect_counts(client, {.sent = 1, .received = 1});
}

TEST_CASE("where nothing came there are no times", "[statistics]") {
    explain(Concept::datagrams,
            "without a reply everything is lost, and there is nothing to take a mean of: no line "
            "with times, and nothing is divided by the number of replies");
    DatagramPeer server;
    auto client = Program("ping_client")
                      .connect_to(server, {"--count", "3", "--interval", "0", "--timeout", "50"});

    (void)expect_probes(server, 3);
    (void)read_lines(client, server.address(), 50ms);
    expect_counts(client, {.sent = 3, .received = 0});
    expect_end(client, 1);
}

TEST_CASE("the loss is a share of what was sent, rounded down", "[statistics]") {
    explain(Concept::datagrams,
            "the loss is (sent - received) * 100 / sent, in whole numbers: the division cuts off "
            "what is behind the point");
    const Returner server;
    DatagramRelay few(server.address(), {.to_server = {{2, drop()}}});
    DatagramRelay most(server.address(),
                       {.to_server = {{2, drop()}, {5, drop()}},
                        .to_client = {{1, drop()}, {2, drop()}, {4, drop()}, {5, drop()}}});
    auto three = Program("ping_client")
                     .connect_to(few, {"--count", "3", "--interval", "0", "--timeout", "1000"});
    auto seven = Program("ping_client")
                     .connect_to(most, {"--count", "7", "--interval", "0", "--timeout", "1000"});

    (void)read_lines(three, few.address(), 1000ms);
    expect_counts(three, seen_by(few));
    (void)read_lines(seven, most.address(), 1000ms);
    expect_counts(seven, seen_by(most));
}

TEST_CASE("a further reply is counted as a duplicate alone", "[statistics]") {
    explain(Concept::datagrams,
            "a probe is answered once, however often its reply comes: received counts probes, "
            "duplicates counts the further replies");
    const std::size_t copies = GENERATE(2U, 3U);
    DatagramPeer server;
    DatagramRelay relay(server.address(), {.to_client = {{1, repeat(copies)}}});
    auto client = Program("ping_client")
                      .connect_to(relay, {"--count", "2", "--interval", "0", "--timeout", hour});

    const auto probes = expect_probes(server, 2);
    answer(server, probes[0]);
    expect_reply_line(client, relay.address(), probes[0]);
    for (std::size_t i = 1; i < copies; ++i) {
        expect_reply_line(client, relay.address(), probes[0], Reply::duplicate);
    }
    answer(server, probes[1]);
    (void)read_lines(client, relay.address());
    expect_counts(client, {.sent = 2, .received = 2, .duplicates = relay.to_client().repeated});
}

TEST_CASE("the times at the end sum up those of the lines", "[statistics]") {
    explain(Concept::datagrams,
            "min, avg and max are those of all first replies, and mdev is the root of the mean of "
            "their squared differences from avg: divided by n, not by n - 1");
    const bool is_one = GENERATE(true, false);
    const std::string count = is_one ? "1" : "4";
    DatagramRules rules;
    if (!is_one) rules.to_client = {{2, delay(20ms)}, {3, delay(40ms)}, {4, delay(80ms)}};
    const Returner server;
    DatagramRelay relay(server.address(), rules);
    auto client = Program("ping_client")
                      .connect_to(relay, {"--count", count, "--interval", "0", "--timeout", hour});

    const ProbeLines lines = read_lines(client, relay.address());
    expect_counts(client, seen_by(relay));
    expect_times(client, lines.times());
    expect_end(client, 0);
}

TEST_CASE("neither a late copy nor a stranger changes the times", "[statistics]") {
    explain(Concept::datagrams,
            "the times at the end are those of first replies: how long a duplicate took says "
            "something about the duplicate");
    DatagramPeer server;
    DatagramRelay relay(server.address(), {.to_client = {{2, delay(30ms)}}});
    auto client = Program("ping_client")
                      .connect_to(relay, {"--count", "2", "--interval", "0", "--timeout", hour});

    const auto probes = expect_probes(server, 2);
    answer(server, probes[0]);
    const auto first = expect_reply_line(client, relay.address(), probes[0]);
    answer(server, probes[0]);
    expect_reply_line(client, relay.address(), probes[0], Reply::duplicate);
    server.send("who are you?");
    answer(server, probes[1]);
    const auto second = expect_reply_line(client, relay.address(), probes[1]);
    (void)read_lines(client, relay.address());
    expect_counts(client, {.sent = 2, .received = 2, .duplicates = 1});
    expect_times(client, {first, second});
}

TEST_CASE("a signal ends the run with the numbers so far", "[statistics]") {
    explain_stop();
    const int signal = GENERATE(SIGINT, SIGTERM);
    DatagramPeer server;
    auto client = Program("ping_client")
                      .connect_to(server, {"--count", "9", "--interval", hour, "--timeout", hour});

    const Probe probe = expect_probe(server, 0);
    answer(server, probe);
    const auto time = expect_reply_line(client, server.address(), probe);
    client.await_rest();
    client.signal(signal);
    (void)read_lines(client, server.address());
    expect_counts(client, {.sent = 1, .received = 1});
    expect_times(client, {time});
    expect_end(client, 0);
}

TEST_CASE("what is under way at a signal was sent and not answered", "[statistics]") {
    explain_stop();
    const int signal = GENERATE(SIGINT, SIGTERM);
    const std::size_t answered = GENERATE(0U, 1U);
    DatagramPeer server;
    auto client = Program("ping_client")
                      .connect_to(server, {"--count", "4", "--interval", "0", "--timeout", hour});

    const auto probes = expect_probes(server, 4);
    if (answered == 1) {
        answer(server, probes[1]);
        expect_reply_line(client, server.address(), probes[1]);
    }
    client.await_rest();
    client.signal(signal);
    const ProbeLines lines = read_lines(client, server.address());
    expect_none_given_up(lines);
    expect_counts(client, {.sent = 4, .received = answered});
    client.expect_exit(answered == 0 ? 1 : 0);
}
