// Stage reliable: what is not answered is sent again. The test is the server.

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "harness/programs/program.hpp"
#include "lines.hpp"
#include "probes.hpp"
#include "report.hpp"

using namespace harness;
using namespace pinging;
using namespace std::chrono_literals;

namespace {

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

void explain_end_of_tries() {
    explain(Concept::requests,
            "when the last try has been waited for, the probe is given up for good: a reply that "
            "comes after that belongs to nothing that is awaited");
}

/// Fails unless so much time has passed from the `sent` of a try; half of what was to be waited is
/// enough, so that no way of measuring fails.
void expect_wait(std::chrono::nanoseconds passed, std::chrono::milliseconds due,
                 std::size_t tries) {
    if (passed < due / 2) {
        fail({.verdict = Verdict::output,
              .says = "try " + std::to_string(tries) + " was to be waited for " + ms(due) +
                      ", and was tried again, or given up, after " + ms(passed)});
    }
    held();
}

/// The same for what was to be waited from the first to the last try: of that a right program,
/// which is late at times, but never early, does not miss a quarter.
void expect_sum(std::chrono::nanoseconds passed, std::chrono::milliseconds due) {
    if (passed < due / 4 * 3) {
        fail({.verdict = Verdict::output,
              .says = "before the last try " + ms(due) +
                      " were to be waited in all, for each try anew, and only " + ms(passed) +
                      " were"});
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

/// The second probe is due long after all tries of the first.
[[noreturn]] void fail_of_missing_try(unsigned number) {
    fail({.verdict = Verdict::output,
          .says = "seq 1 came where try " + std::to_string(number) +
                  " of seq 0 was due: it has the same seq, and leaves long before seq 1"});
}

/// Takes all tries of the first probe; fails unless each is waited for twice as long as the one
/// before.
std::vector<Probe> expect_tries(DatagramPeer& server, std::chrono::milliseconds timeout) {
    std::vector<Probe> tries{expect_probe(server, 0)};
    tries.reserve(most_tries);
    for (unsigned made = 1; made < most_tries; ++made) {
        tries.push_back(next_probe(server));
        if (tries.back().seq() == 1) fail_of_missing_try(made + 1);
        expect_seq(tries.back(), 0);
        const Probe& before = tries.at(made - 1);
        expect_wait(tries.back().sent() - before.sent(), timeout * (1U << (made - 1)), made);
    }
    expect_sum(tries.back().sent() - tries.front().sent(),
               timeout * ((1U << (most_tries - 1)) - 1));
    return tries;
}

[[noreturn]] void fail_of_sixth_try() {
    fail({.verdict = Verdict::output, .says = "seq 0 came a sixth time: the first try counts too"});
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
    DatagramPeer server;
    auto client = Program("ping_client")
                      .connect_to(server, {"--count", "2", "--interval", "1600", "--timeout", "50",
                                           "--reliable"});

    const std::vector<Probe> tries = expect_tries(server, timeout);
    expect_no_reply_line(client, 0, timeout * (1U << most_tries));
    const auto last_wait = Clock::now().time_since_epoch() - tries.back().sent();
    expect_wait(last_wait, timeout * (1U << (most_tries - 1)), most_tries);
    const Probe next = next_probe(server);
    if (next.seq() == 0) fail_of_sixth_try();
    expect_seq(next, 1);
    explain_end_of_tries();
    answer(server, tries.back());
    answer(server, next);
    expect_reply_line(client, server.address(), next);
    (void)read_lines(client, server.address());
    expect_counts(client, {.sent = 2, .received = 1});
    client.expect_exit(0);
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
