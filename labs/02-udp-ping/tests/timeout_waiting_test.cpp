// Stage timeout: what the client waits for, and what does not shorten or lengthen that. The test is
// the server.

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

/// In ms. Whoever calculates it in nanoseconds, in 32 bits, has only 27 ms.
const std::string almost_an_hour = "3599210";

void explain_signals() {
    explain(Concept::signals,
            "a signal that is handled interrupts ppoll: -1, and errno is EINTR. Nothing is wrong, "
            "nothing has come, and no moment has: look at the clock and wait for the rest");
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

/// The next line of the client while one signal after another comes to it.
std::string next_line_among_signals(Process& client, std::chrono::milliseconds timeout) {
    const Deadline deadline(patience_after(timeout));
    do {
        client.interrupt();
        if (auto line = client.next_line(20ms)) return *line;
    } while (!client.ending() && !deadline.passed());
    fail({.verdict = Verdict::no_reply,
          .says = "no line comes on stdout for as long as a signal does every 20 ms; the next "
                  "deadline has long passed"});
}

}  // namespace

TEST_CASE("until something is due the client sleeps", "[timeout]") {
    explain(Concept::deadlines,
            "there is nothing to do before a reply comes or the next moment does: sleep so long, "
            "in one ppoll with all the time that is left, rounded up if at all");
    DatagramPeer server;

    SECTION("for almost an hour") {
        auto client = Program("ping_client")
                          .connect_to(server, {"--count", "2", "--interval", almost_an_hour,
                                               "--timeout", almost_an_hour});
        (void)expect_probe(server, 0);
        client.expect_idle(200ms);
        expect_few_looks(client, 1);
        explain(Concept::deadlines,
                "almost an hour is more nanoseconds than 32 bits can count: calculate with "
                "std::chrono::duration, and with no int");
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
    explain_signals();
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

TEST_CASE("signals that are handled move no deadline", "[timeout]") {
    explain_signals();
    DatagramPeer server;
    auto client = Program("ping_client")
                      .with({.handled_signal = SIGWINCH})
                      .connect_to(server, {"--count", "2", "--interval", hour, "--timeout", "150"});

    const Probe probe = expect_probe(server, 0);
    const std::string line = next_line_among_signals(client, 150ms);
    if (line != "no reply: seq=0") fail_of_line(line, "no reply: seq=0");
    expect_half_passed(probe, 150ms);
    server.expect_nothing_more();
}
