// Stage statistics: a signal ends the run, and its numbers are told. The test is the server.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <csignal>

#include "harness/programs/program.hpp"
#include "lines.hpp"
#include "probes.hpp"
#include "report.hpp"

using namespace harness;
using namespace pinging;

namespace {

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
