// Stage match: replies that come late, twice, in another order, or from somebody else. The test is
// the server, and whoever else sends.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <regex>
#include <set>

#include "harness/programs/program.hpp"
#include "harness/programs/tool.hpp"
#include "harness/relays/datagram_relay.hpp"
#include "lines.hpp"
#include "probes.hpp"

using namespace harness;
using namespace pinging;
using namespace std::chrono_literals;

namespace {

/// Where a further probe may leave, and nothing ends before the test does.
const std::vector<std::string> two_in_an_hour{"--count", "2",         "--interval",
                                              hour,      "--timeout", hour};

void explain_duplicates() {
    explain(Concept::unreliable_links,
            "the network may copy a datagram: a further reply to a probe is printed with (DUP!) "
            "and its own time, and is no answer to any other probe");
}

void explain_time() {
    explain(Concept::unreliable_links,
            "the time of a reply is counted from the moment at which its own probe was sent: that "
            "stands in the reply, as sent");
}

void explain_address() {
    explain(Concept::unreliable_links,
            "the probes go to the address that --host stands for: replies come from there, "
            "whoever the server is, and that is what is printed, in numbers");
}

/// Fails if a reply's time is much less than it was delayed.
void expect_time(Milliseconds time, std::chrono::milliseconds delay) {
    if (time >= delay / 2) return;
    fail({.verdict = Verdict::output,
          .says = "the line says " + std::to_string(time.count()) +
                  " ms, but the reply was held back for " + std::to_string(delay.count())});
}

/// Lines for these replies, in whatever order they come, then the end.
void expect_replies(Process& client, const std::string& server, std::uint32_t count) {
    const std::string begin = "56 bytes from " + server + ": seq=";
    std::set<std::string> due;
    for (std::uint32_t seq = 0; seq < count; ++seq) due.insert(begin + std::to_string(seq));
    while (!due.empty()) {
        const std::string example = *due.begin() + " time=0.123 ms";
        const std::string line = next_line(client, example, patience::to_answer);
        static const std::regex time(" time=[0-9]+\\.[0-9]{3} ms$");
        if (due.erase(std::regex_replace(line, time, "")) == 0) fail_of_line(line, example);
    }
    client.expect_exit(0);
}

}  // namespace

TEST_CASE("a reply that comes again is a duplicate", "[match]") {
    explain_duplicates();
    const std::size_t copies = GENERATE(2U, 3U);
    DatagramPeer server;
    DatagramRelay relay(server.address(), {.to_client = {{1, repeat(copies)}}});
    auto client = Program("ping_client")
                      .connect_to(relay, {"--count", "2", "--interval", "0", "--timeout", hour});

    const Probe first = expect_probe(server, 0);
    const Probe second = expect_probe(server, 1);
    answer(server, first);
    expect_reply_line(client, relay.address(), first);
    for (std::size_t i = 1; i < copies; ++i)
        expect_reply_line(client, relay.address(), first, Reply::duplicate);
    client.expect_running();
    server.expect_nothing_more();
    answer(server, second);
    expect_reply_line(client, relay.address(), second);
    client.expect_exit(0);
}

TEST_CASE("a duplicate has its own time", "[match]") {
    explain_duplicates();
    DatagramPeer server;
    DatagramRelay relay(server.address(), {.to_client = {{2, delay(150ms)}}});
    auto client = Program("ping_client").connect_to(relay, two_in_an_hour);

    const Probe probe = expect_probe(server, 0);
    for (int i = 0; i < 2; ++i) answer(server, probe);
    expect_reply_line(client, relay.address(), probe);
    const auto time = expect_reply_line(client, relay.address(), probe, Reply::duplicate);
    expect_time(time, 150ms);
    server.expect_nothing_more();
}

TEST_CASE("replies overtake each other, and each has its own time", "[match]") {
    explain_time();
    DatagramPeer server;
    DatagramRelay relay(server.address(), {.to_client = {{1, hold(1)}}});
    auto client = Program("ping_client")
                      .connect_to(relay, {"--count", "2", "--interval", "150", "--timeout", hour});

    const Probe first = expect_probe(server, 0);
    answer(server, first);
    const Probe second = expect_probe(server, 1);
    answer(server, second);
    expect_reply_line(client, relay.address(), second);
    expect_time(expect_reply_line(client, relay.address(), first), 150ms);
    client.expect_exit(0);
}

TEST_CASE("a reply that comes after its deadline does not count", "[match]") {
    explain(Concept::unreliable_links,
            "what was given up stays given up: a reply that comes later is passed over");
    DatagramPeer server;
    auto client =
        Program("ping_client")
            .connect_to(server, {"--count", "2", "--interval", "250", "--timeout", "100"});

    const Probe first = expect_probe(server, 0);
    expect_no_reply_line(client, 0, 100ms);
    answer(server, first);
    (void)expect_probe(server, 1);
    expect_no_reply_line(client, 1, 100ms);
    client.expect_exit(1);
}

TEST_CASE("a copy that comes after the deadline does not count either", "[match]") {
    explain(Concept::unreliable_links,
            "a probe is awaited until its deadline, answered or not: what comes to it after that "
            "is no duplicate but strange, and is passed over");
    DatagramPeer server;
    auto client = Program("ping_client")
                      .connect_to(server, {"--count", "2", "--interval", "550", "--timeout", "50"});

    const Probe first = expect_probe(server, 0);
    answer(server, first);
    (void)next_line(client, "56 bytes from …: seq=0 …");  // or none, on a machine that is slow
    (void)expect_probe(server, 1);                        // long after the deadline of the first
    answer(server, first);
    expect_no_reply_line(client, 1, 50ms);
}

TEST_CASE("others' echo servers are understood", "[match]") {
    explain_address();
    const std::vector<std::string> three{"--count", "3", "--interval", "0", "--timeout", hour};

    SECTION("one in Python") {
        auto python = Tool("python3", "python3").run({LAB_PEERS "/echo_server.py"});
        const std::uint16_t port = announced_port(python);
        auto client = Program("ping_client").connect_to("127.0.0.1", port, three);
        expect_replies(client, net::endpoint("127.0.0.1", std::to_string(port)), 3);
    }
    SECTION("socat and cat") {
        const std::string host = random_loopback_host();
        const std::uint16_t port = free_datagram_port(host);
        auto socat = Tool("socat", "socat")
                         .run({"-d", "-d",
                               "UDP-RECVFROM:" + std::to_string(port) + ",bind=" + host + ",fork",
                               "EXEC:cat"});
        if (!socat.await_on_stderr("receiving on"))
            fail({.verdict = Verdict::test_bug, .says = "socat does not receive"});
        auto client = Program("ping_client").connect_to(host, port, three);
        expect_replies(client, net::endpoint(host, std::to_string(port)), 3);
    }
}

TEST_CASE("a name is printed as its address", "[match]") {
    explain_address();
    const std::string name = "ping.test";
    DatagramPeer server(random_loopback_host());
    auto client = Program("ping_client")
                      .with({.names = {{name, {.addresses = {server.host()}}}}})
                      .connect_to(name, server.port(), {"--count", "1", "--timeout", hour});

    const Probe probe = expect_probe(server, 0);
    answer(server, probe);
    expect_reply_line(client, server.address(), probe);
    client.expect_exit(0);
}
