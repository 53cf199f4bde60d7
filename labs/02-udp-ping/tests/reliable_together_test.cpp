// Stage reliable: many probes, each with tries of its own. The test is the server, and loses much.

#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
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

void explain_others() {
    explain(Concept::requests,
            "each probe has its own tries and its own deadline: while one is tried again, the "
            "others leave at their intervals, and one that is answered is not sent again");
}

/// By seq, in the order of coming.
using Tries = std::map<std::uint32_t, std::vector<Probe>>;

/// Fails unless so many tries of this probe have come before the fifth of the first one.
void expect_meanwhile(Tries& tries, std::uint32_t seq, std::size_t count) {
    if (tries[seq].size() < count) {
        fail({.verdict = Verdict::output,
              .says = "try " + std::to_string(count) + " of seq " + std::to_string(seq) +
                      " was due long before try 5 of seq 0, and had not come when that came"});
    }
    held();
}

/// Fails if a probe has been sent again after its reply, whose time the client has told.
void expect_not_again(const std::vector<Probe>& tries, const Probe& answered, Milliseconds time) {
    const Milliseconds moment = answered.sent() + time + 20ms;
    for (const Probe& probe : tries) {
        if (Milliseconds(probe.sent()) <= moment) continue;
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

TEST_CASE("the other probes do not wait for one that is tried again", "[reliable]") {
    explain_others();
    DatagramPeer server;
    auto client = Program("ping_client")
                      .connect_to(server, {"--count", "3", "--interval", "380", "--timeout", "90",
                                           "--reliable"});

    // The first probe is tried after 0, 90, 270, 630 and 1350 ms, the second one after 380, 470 and
    // 650, the third one after 760: what has an order here is far apart.
    const std::map<std::uint32_t, std::size_t> answered_at{{0, most_tries}, {1, 3}, {2, 1}};
    Tries tries;
    while (tries[0].size() < most_tries) {
        Probe probe = next_probe(server);
        auto& of_probe = tries[probe.seq()];
        of_probe.push_back(std::move(probe));
        if (of_probe.size() == answered_at.at(of_probe.back().seq()))
            answer(server, of_probe.back());
    }
    for (const std::uint32_t seq : {1U, 2U}) expect_meanwhile(tries, seq, answered_at.at(seq));
    const ProbeLines lines = read_lines(client, server.address());
    expect_counts(client, {.sent = 3, .received = 3});
    for (const std::uint32_t seq : {1U, 2U}) {
        expect_not_again(tries[seq], tries[seq].at(answered_at.at(seq) - 1),
                         lines.answered.at(seq));
    }
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
