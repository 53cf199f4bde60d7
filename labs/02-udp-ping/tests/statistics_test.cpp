// Stage statistics: what the client says at its end is what has happened. The test is the server.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
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

/// What a client has sent and got through a relay.
Counts seen_by(const DatagramRelay& relay) {
    const DatagramCounts& back = relay.to_client();
    return {.sent = relay.to_server().came,
            .received = back.passed - back.repeated,
            .duplicates = back.repeated};
}

/// A run of the client through a relay of its own, to a server that returns everything.
struct Run {
    Run(const Returner& server, const std::string& count, const DatagramRules& rules,
        const std::string& timeout)
        : relay(server.address(), rules),
          client(Program("ping_client")
                     .connect_to(relay,
                                 {"--count", count, "--interval", "0", "--timeout", timeout})) {}

    DatagramRelay relay;
    Process client;
};

void explain_loss() {
    explain(Concept::datagrams,
            "the loss is (sent - received) * 100 / sent, in whole numbers: the division cuts off "
            "what is behind the point, and duplicates make up for nothing");
}

void explain_times() {
    explain(Concept::datagrams,
            "min, avg and max are those of all first replies, and mdev is the root of the mean of "
            "their squared differences from avg: divided by n, not by n - 1");
}

/// Fails if a reply's time is much less than it was delayed.
void expect_long(const ProbeLines& lines, std::chrono::milliseconds delay) {
    for (const Milliseconds time : lines.times()) {
        if (time >= delay / 2) continue;
        fail({.verdict = Verdict::output,
              .says = "the reply was held back for " + std::to_string(delay.count()) +
                      " ms, and its line says " + to_text(time)});
    }
    held();
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

TEST_CASE("the end has no name in it", "[statistics]") {
    explain(Concept::datagrams,
            "addresses are printed in numbers, at the end as in the lines: a name may stand for "
            "another address tomorrow");
    const std::string name = "ping.test";
    DatagramPeer server(random_loopback_host());
    auto client = Program("ping_client")
                      .with({.names = {{name, {.addresses = {server.host()}}}}})
                      .connect_to(name, server.port(), {"--count", "1", "--timeout", hour});

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

TEST_CASE("the end tells what was lost, and how long the others took", "[statistics]") {
    const Returner server;
    Run patient(server, "1", {.to_client = {{1, delay(1100ms)}}}, hour);
    Run seven(server, "7",
              {.to_server = {{2, drop()}, {5, drop()}},
               .to_client = {{1, drop()}, {2, drop()}, {4, drop()}, {5, drop()}}},
              "1000");
    Run five(server, "5", {.to_server = {{2, drop()}}, .to_client = {{1, repeat(2)}}}, "1000");

    explain_loss();
    for (Run* run : {&seven, &five}) {
        (void)read_lines(run->client, run->relay.address(), 1000ms);
        expect_counts(run->client, seen_by(run->relay));
    }
    explain_times();
    const ProbeLines lines = read_lines(patient.client, patient.relay.address(), 1100ms);
    expect_counts(patient.client, seen_by(patient.relay));
    expect_times(patient.client, lines.times());
    expect_long(lines, 1100ms);
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
    explain_times();
    const Returner server;
    DatagramRelay relay(server.address(),
                        {.to_client = {{2, delay(20ms)}, {3, delay(40ms)}, {4, delay(80ms)}}});
    auto client = Program("ping_client")
                      .connect_to(relay, {"--count", "4", "--interval", "0", "--timeout", hour});

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
