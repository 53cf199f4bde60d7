// Stage reliable: what is not answered is sent again. The test is the server, and loses much.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "harness/programs/program.hpp"
#include "harness/relays/datagram_relay.hpp"
#include "lines.hpp"
#include "probes.hpp"
#include "report.hpp"
#include "returner.hpp"

using namespace harness;
using namespace pinging;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t most_tries = 5;

std::string ms(std::chrono::nanoseconds time) {
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) +
           " ms";
}

void explain_tries() {
    explain(Concept::requests,
            "with --reliable a probe that is not answered is sent again, five times in all: the "
            "first try is waited for --timeout, each further one twice as long as the one before; "
            "without it there is one try");
}

void explain_try() {
    explain(Concept::requests,
            "a try is the same probe, with the same id and seq; only sent is its own: so a reply "
            "says which try it belongs to, and how long that one took");
}

void explain_others() {
    explain(Concept::requests,
            "each probe has its own tries and its own deadline: while one is tried again, the "
            "others leave at their intervals, and one that is answered is not sent again");
}

/// Fails unless so much time has passed from the `sent` of a try; half of what was to be waited is
/// enough, so that no way of measuring fails.
void expect_wait(std::chrono::nanoseconds passed, std::chrono::milliseconds due, int tries) {
    if (passed < due / 2) {
        fail({.verdict = Verdict::output,
              .says = "try " + std::to_string(tries) + " was to be waited for " + ms(due) +
                      ", and was tried again, or given up, after " + ms(passed)});
    }
    held();
}

/// Fails unless this is a further try of a probe.
void expect_same_but_sent(const Probe& earlier, const Probe& later) {
    if (later.id() != earlier.id()) {
        fail({.verdict = Verdict::wrong_bytes,
              .says = "bytes 0 to 3 of the next try, its id, are not those of the first try"});
    }
    if (later.sent() <= earlier.sent()) {
        fail({.verdict = Verdict::wrong_bytes,
              .says = "bytes 8 to 15 of the next try, its sent, are not later than those of the "
                      "try before"});
    }
    held();
}

/// By seq, in the order of coming.
using Tries = std::map<std::uint32_t, std::vector<Probe>>;

/// Fails unless this probe has come while the first one was tried.
void expect_meanwhile(Tries& tries, std::uint32_t seq) {
    if (tries[seq].empty()) {
        fail({.verdict = Verdict::output,
              .says = "seq " + std::to_string(seq) + " was due after " + std::to_string(50 * seq) +
                      " ms, and had not come when seq 0 came for the fifth time"});
    }
    held();
}

/// Fails if a probe whose first try was answered, after so long, has been sent again after that.
void expect_not_again(const std::vector<Probe>& tries, Milliseconds time) {
    const Milliseconds answered = tries.front().sent() + time + 20ms;
    for (const Probe& probe : tries) {
        if (Milliseconds(probe.sent()) <= answered) continue;
        fail({.verdict = Verdict::output,
              .says = "seq " + std::to_string(probe.seq()) +
                      " was sent again, though its reply had come"});
    }
    held();
}

/// Fails if stdout has more replies than the relay has passed.
void expect_no_more_than_passed(const ProbeLines& lines, const DatagramRelay& relay) {
    const std::size_t told = lines.answered.size() + lines.duplicates;
    if (told > relay.to_client().passed) {
        fail({.verdict = Verdict::output,
              .says = "stdout has lines for " + std::to_string(told) + " replies, and only " +
                      std::to_string(relay.to_client().passed) + " have come"});
    }
    held();
}

}  // namespace

TEST_CASE("a further try is the same probe, sent later", "[reliable]") {
    explain_try();
    DatagramPeer server;
    auto client = Program("ping_client")
                      .connect_to(server, {"--count", "1", "--timeout", "150", "--reliable"});

    Probe last = expect_probe(server, 0);
    for (int tries = 1; tries < 3; ++tries) {
        const Probe next = expect_probe(server, 0);
        expect_same_but_sent(last, next);
        last = next;
    }
    answer(server, last);
    expect_reply_line(client, server.address(), last);
    explain(Concept::requests,
            "sent, received and the loss count probes, however many tries each of them took");
    (void)read_lines(client, server.address());
    expect_counts(client, {.sent = 1, .received = 1});
    client.expect_exit(0);
}

TEST_CASE("a probe is tried five times, ever more patiently", "[reliable]") {
    explain_tries();
    constexpr std::chrono::milliseconds timeout = 50ms;
    const int most = GENERATE(static_cast<int>(most_tries), 1);
    std::vector<std::string> arguments{"--count", "1", "--timeout", "50"};
    if (most > 1) arguments.emplace_back("--reliable");
    DatagramPeer server;
    auto client = Program("ping_client").connect_to(server, arguments);

    Probe last = expect_probe(server, 0);
    for (int tries = 1; tries < most; ++tries) {
        const Probe next = expect_probe(server, 0);
        expect_wait(next.sent() - last.sent(), timeout * (1 << (tries - 1)), tries);
        last = next;
    }
    expect_no_reply_line(client, 0, timeout * (1 << most));
    expect_wait(Clock::now().time_since_epoch() - last.sent(), timeout * (1 << (most - 1)), most);
    (void)read_lines(client, server.address());
    expect_counts(client, {.sent = 1, .received = 0});
    expect_end(client, 1);
    server.expect_nothing_more();
}

TEST_CASE("a reply belongs to its try", "[reliable]") {
    explain(Concept::requests,
            "a reply to any of the tries counts; its time is the time since its own try was sent, "
            "which its sent says. What comes after the first reply is a duplicate, whichever try "
            "it belongs to, and no reason to send anything");
    DatagramPeer server;
    auto client = Program("ping_client")
                      .connect_to(server, {"--count", "2", "--interval", hour, "--timeout", "500",
                                           "--reliable"});

    const Probe first = expect_probe(server, 0);
    const Probe second = expect_probe(server, 0);
    answer(server, first);
    const auto time = expect_reply_line(client, server.address(), first);
    const Milliseconds between = second.sent() - first.sent();
    if (time < between) {
        fail({.verdict = Verdict::output,
              .says = "the reply to the first try came after the second try had been sent, " +
                      to_text(between) + " ms later; its line says " + to_text(time) + " ms"});
    }
    answer(server, second);
    expect_reply_line(client, server.address(), second, Reply::duplicate);
    client.expect_running();
    server.expect_nothing_more();
}

TEST_CASE("the other probes do not wait for one that is tried again", "[reliable]") {
    explain_others();
    DatagramPeer server;
    auto client = Program("ping_client")
                      .connect_to(server, {"--count", "3", "--interval", "50", "--timeout", "60",
                                           "--reliable"});

    Tries tries;
    while (tries[0].size() < most_tries) {
        const Probe probe = next_probe(server);
        auto& of_probe = tries[probe.seq()];
        if (probe.seq() != 0 && of_probe.empty()) answer(server, probe);
        of_probe.push_back(probe);
    }
    answer(server, tries[0].back());
    for (const std::uint32_t seq : {1U, 2U}) expect_meanwhile(tries, seq);
    const ProbeLines lines = read_lines(client, server.address());
    expect_counts(client, {.sent = 3, .received = 3});
    for (const std::uint32_t seq : {1U, 2U}) expect_not_again(tries[seq], lines.answered.at(seq));
    client.expect_exit(0);
}

TEST_CASE("a line that loses much loses no probe", "[reliable]") {
    explain(Concept::unreliable_links,
            "each probe has five tries of its own, whatever happens to the others: what is tried "
            "often enough comes through");
    const Returner server;
    const auto losing = [&] { return lose({.percent = 40, .group = seq_of, .most_of_group = 2}); };
    DatagramRelay relay(server.address(), {.to_server = losing(), .to_client = losing()});
    auto client = Program("ping_client")
                      .connect_to(relay, {"--count", "20", "--interval", "0", "--timeout", "100",
                                          "--reliable"});

    const ProbeLines lines = read_lines(client, relay.address(), 1600ms);
    expect_no_more_than_passed(lines, relay);
    expect_counts(client, {.sent = 20, .received = 20, .duplicates = lines.duplicates});
    expect_times(client, lines.times());
    expect_end(client, 0);
}
