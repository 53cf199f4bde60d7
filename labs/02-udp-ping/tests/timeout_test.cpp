// Stage timeout: what was lost is given up, each probe at its own deadline. The test is the server.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <csignal>

#include "harness/programs/program.hpp"
#include "lines.hpp"
#include "probes.hpp"

using namespace harness;
using namespace pinging;
using namespace std::chrono_literals;

namespace {

void explain_silence() {
    explain(Concept::deadlines,
            "UDP never tells that a datagram was lost: each probe leaves at its moment, and once, "
            "whatever has come back; when its deadline has passed, say so, and go on");
}

void explain_own_deadline() {
    explain(Concept::deadlines,
            "each probe has a deadline of its own, the moment at which it was sent plus --timeout: "
            "when that has passed without a reply, say so at once, and go on");
}

/// Fails unless the next line says that there is no reply to `probe`, and no sooner than half of
/// the time that it had.
void expect_given_up(Process& client, const Probe& probe, std::chrono::milliseconds timeout) {
    expect_no_reply_line(client, probe.seq(), timeout);
    const auto waited = Clock::now().time_since_epoch() - probe.sent();
    if (waited < timeout / 2) {
        fail({.verdict = Verdict::output,
              .says = "probe " + std::to_string(probe.seq()) + " was given up within " +
                      std::to_string(std::chrono::ceil<std::chrono::milliseconds>(waited).count()) +
                      " ms after it was sent; --timeout is " + std::to_string(timeout.count())});
    }
}

/// The next line of the client while one datagram of a byte after another comes to it.
std::string next_line_in_flood(Process& client, DatagramPeer& server, const Probe& probe,
                               std::size_t at_once, std::chrono::milliseconds timeout) {
    const Deadline deadline(patience_after(timeout));
    do {
        server.flood(probe.from, bytes("?"), at_once);
        if (auto line = client.next_line(5ms)) return *line;
    } while (!client.ending() && !deadline.passed());
    fail({.verdict = Verdict::no_reply,
          .says = "no line comes on stdout for as long as datagrams of one byte do; the next "
                  "deadline has long passed"});
}

/// Fails if it has asked the kernel again and again whether something has come, while so many
/// probes were due. On a loaded machine that takes little CPU time.
void expect_few_looks(const Process& client, std::uint32_t probes) {
    constexpr std::size_t many = 1000;
    const std::size_t looks =
        client.faults().calls(Calls::wait) + client.faults().calls(Calls::recv);
    if (looks <= many) return;
    fail({.verdict = Verdict::busy,
          .says = "it has asked " + grouped(looks) +
                  " times whether something has come, while it had to send " +
                  std::to_string(probes) + (probes == 1 ? " probe" : " probes")});
}

}  // namespace

TEST_CASE("each reply has its line, as soon as it comes", "[timeout]") {
    explain(
        Concept::deadlines,
        "a reply is printed and flushed when it comes, whenever the next probe is due: wait for "
        "the socket and for the next moment at once, with ppoll, and receive without waiting "
        "(MSG_DONTWAIT)");
    DatagramPeer server;
    auto client = Program("ping_client")
                      .connect_to(server, {"--count", "2", "--interval", hour, "--timeout", hour});

    const Probe probe = expect_probe(server, 0);
    answer(server, probe);
    expect_reply_line(client, server.address(), probe);
    client.expect_running();
    client.expect_no_output();
    server.expect_nothing_more();
}

TEST_CASE("with the last reply the client ends", "[timeout]") {
    explain(Concept::deadlines,
            "each probe that is answered is awaited no more: when none is left to be sent or "
            "awaited, the client ends, with status 0 if any was answered");
    DatagramPeer server;
    auto client = Program("ping_client")
                      .connect_to(server, {"--count", "3", "--interval", "50", "--timeout", hour});

    for (std::uint32_t seq = 0; seq < 3; ++seq) {
        client.expect_running();
        const Probe probe = expect_probe(server, seq);
        answer(server, probe);
        expect_reply_line(client, server.address(), probe);
    }
    client.expect_exit(0);
}

TEST_CASE("a silent server is given up", "[timeout]") {
    explain_silence();
    DatagramPeer server;
    auto client = Program("ping_client")
                      .connect_to(server, {"--count", "3", "--interval", "0", "--timeout", "100"});

    for (std::uint32_t seq = 0; seq < 3; ++seq) (void)expect_probe(server, seq);
    for (std::uint32_t seq = 0; seq < 3; ++seq) expect_no_reply_line(client, seq, 100ms);
    client.expect_exit(1);
    server.expect_nothing_more();
}

TEST_CASE("the probes leave, whatever has come back", "[timeout]") {
    explain_silence();
    DatagramPeer server;
    auto client = Program("ping_client")
                      .connect_to(server, {"--count", "5", "--interval", "0", "--timeout", hour});

    for (std::uint32_t seq = 0; seq < 5; ++seq) (void)expect_probe(server, seq);
    server.expect_nothing_more();
    client.expect_no_output();
}

TEST_CASE("until something is due the client sleeps", "[timeout]") {
    explain(Concept::deadlines,
            "there is nothing to do before a reply comes or the next moment does: sleep so long, "
            "in one ppoll with all the time that is left, rounded up if at all");
    DatagramPeer server;

    SECTION("for an hour") {
        auto client =
            Program("ping_client")
                .connect_to(server, {"--count", "2", "--interval", hour, "--timeout", hour});
        (void)expect_probe(server, 0);
        client.expect_idle(200ms);
        expect_few_looks(client, 1);
        server.expect_nothing_more();
        client.expect_running();
        client.expect_no_output();
    }
    SECTION("for some milliseconds, again and again") {
        constexpr std::uint32_t probes = 20;
        auto client = Program("ping_client")
                          .connect_to(server, {"--count", std::to_string(probes), "--interval", "5",
                                               "--timeout", hour});
        for (std::uint32_t seq = 0; seq < probes; ++seq) (void)expect_probe(server, seq);
        expect_few_looks(client, probes);
    }
}

TEST_CASE("replies may come in any order", "[timeout]") {
    explain(Concept::deadlines,
            "which probe a reply belongs to says the seq in it: datagrams may overtake each other");
    DatagramPeer server;
    auto client = Program("ping_client")
                      .connect_to(server, {"--count", "3", "--interval", "0", "--timeout", hour});

    std::vector<Probe> probes;
    for (std::uint32_t seq = 0; seq < 3; ++seq) probes.push_back(expect_probe(server, seq));
    for (const std::size_t seq : {2U, 0U, 1U}) {
        answer(server, probes.at(seq));
        expect_reply_line(client, server.address(), probes.at(seq));
    }
    client.expect_exit(0);
}

TEST_CASE("each probe has a deadline of its own", "[timeout]") {
    explain_own_deadline();
    DatagramPeer server;

    SECTION("no later than it is due") {
        auto client =
            Program("ping_client")
                .connect_to(server, {"--count", "2", "--interval", hour, "--timeout", "100"});
        expect_given_up(client, expect_probe(server, 0), 100ms);
        client.expect_running();
    }
    SECTION("and no sooner") {
        auto client =
            Program("ping_client")
                .connect_to(server, {"--count", "2", "--interval", "120", "--timeout", "130"});
        const Probe first = expect_probe(server, 0);
        const Probe second = expect_probe(server, 1);
        expect_given_up(client, first, 130ms);
        expect_given_up(client, second, 130ms);
        client.expect_exit(1);
    }
}

TEST_CASE("of four probes two are lost", "[timeout]") {
    explain_own_deadline();
    DatagramPeer server;
    auto client = Program("ping_client")
                      .connect_to(server, {"--count", "4", "--interval", "0", "--timeout", "1000"});

    for (std::uint32_t seq = 0; seq < 4; ++seq) {
        const Probe probe = expect_probe(server, seq);
        if (seq % 2 == 1) continue;
        answer(server, probe);
        expect_reply_line(client, server.address(), probe);
    }
    expect_no_reply_line(client, 1, 1s);
    expect_no_reply_line(client, 3, 1s);
    client.expect_exit(0);
}

TEST_CASE("what else comes moves no deadline", "[timeout]") {
    explain(Concept::deadlines,
            "a deadline is a point in time, calculated once: whatever comes, each wait is for the "
            "rest of it, and the clock is looked at after each datagram");
    const std::size_t at_once = GENERATE(1U, 100U);
    DatagramPeer server;
    auto client =
        Program("ping_client")
            .connect_to(server, {"--count", "2", "--interval", "100", "--timeout", "120"});

    const Probe probe = expect_probe(server, 0);
    for (const std::string due : {"no reply: seq=0", "no reply: seq=1"}) {
        const std::string line = next_line_in_flood(client, server, probe, at_once, 120ms);
        if (line != due) fail_of_line(line, due);
    }
    (void)expect_probe(server, 1);
    client.expect_exit(1);
}

TEST_CASE("a signal that is handled changes nothing", "[timeout]") {
    explain(Concept::signals,
            "a signal that is handled interrupts ppoll: -1, and errno is EINTR. Nothing is wrong, "
            "nothing has come, and no moment has: look at the clock and wait for the rest");
    const std::string timeout = GENERATE(as<std::string>(), hour, "150");
    DatagramPeer server;
    auto client =
        Program("ping_client")
            .with({.handled_signal = SIGWINCH})
            .connect_to(server, {"--count", "2", "--interval", hour, "--timeout", timeout});

    const Probe probe = expect_probe(server, 0);
    for (int i = 0; i < 3; ++i) {
        client.await_rest();
        client.interrupt();
    }
    server.expect_nothing_more();
    if (timeout == hour) {
        client.expect_running();
        client.expect_no_output();
        answer(server, probe);
        expect_reply_line(client, server.address(), probe);
    } else {
        expect_given_up(client, probe, 150ms);
    }
}
