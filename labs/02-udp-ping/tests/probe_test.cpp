// Stage probe: what the client sends, byte by byte. The test takes the probes and answers none.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>
#include <vector>

#include "harness/programs/program.hpp"
#include "harness/wire/loopback.hpp"
#include "net/address.hpp"
#include "probe_checks.hpp"
#include "probes.hpp"
#include "sent_time.hpp"

using namespace harness;
using namespace pinging;
using namespace std::chrono_literals;

namespace {

using Arguments = std::vector<std::string>;

/// A run whose probes are all awaited for as long as the test lasts: also of a client that can
/// already wait.
Process ping(const DatagramPeer& server, Arguments arguments) {
    arguments.insert(arguments.end(), {"--timeout", hour});
    return Program("ping_client").connect_to(server, arguments);
}

/// The next so many; they have to come though none is answered.
std::vector<Probe> unanswered_probes(DatagramPeer& server, std::size_t count) {
    explain(Concept::bytes,
            "each probe is one datagram, sent by one call, and none waits for the answer to the "
            "one before");
    return take_probes(server, count);
}

void explain_layout() {
    explain(Concept::bytes,
            "a probe is defined byte by byte: id in bytes 0 to 3, seq in 4 to 7, sent in 8 to 15, "
            "then zeros up to --size. Make it with shifts, the most significant byte first");
}

/// A client that runs all the same sends little, to where nobody is, and soon ends.
void expect_wrong_use(const std::string& option, const std::string& value) {
    Arguments arguments{option, value, "--host", random_loopback_host()};
    if (option != "--count") arguments.insert(arguments.end(), {"--count", "1"});
    if (option != "--timeout") arguments.insert(arguments.end(), {"--timeout", "1"});
    auto client = Program("ping_client").run(arguments);

    client.expect_exit(2);
    client.expect_no_output();
}

}  // namespace

TEST_CASE("a probe has 56 bytes", "[probe]") {
    DatagramPeer server;
    auto client = ping(server, {"--count", "3", "--interval", "0"});
    const auto probes = unanswered_probes(server, 3);

    explain_layout();
    for (const Probe& probe : probes) expect_size(probe, 56);
}

TEST_CASE("the probes of a run are numbered from 0", "[probe]") {
    DatagramPeer server;
    auto client = ping(server, {"--count", "3", "--interval", "0"});
    const auto probes = unanswered_probes(server, 3);

    explain_layout();
    expect_numbered(probes);
    explain(Concept::bytes, "--count 3 asks for three probes: seq 0, 1 and 2");
    server.expect_nothing_more();
}

TEST_CASE("a probe is zeros behind its numbers", "[probe]") {
    DatagramPeer server;
    auto client = ping(server, {"--count", "3", "--interval", "0"});
    const auto probes = unanswered_probes(server, 3);

    explain_layout();
    for (const Probe& probe : probes) expect_zeros_behind_header(probe);
}

TEST_CASE("the probes of a run have one id, and one sender", "[probe]") {
    DatagramPeer server;
    auto client = ping(server, {"--count", "3", "--interval", "0"});
    const auto probes = unanswered_probes(server, 3);

    explain(Concept::bytes, "the id is drawn once, at the start, for every probe of the run");
    expect_one_id(probes);
    explain(Concept::datagrams, "one socket sends all probes, and so they have one sender");
    expect_one_sender(probes);
}

TEST_CASE("a probe tells when it was sent", "[probe]") {
    const auto before = Clock::now();
    DatagramPeer server;
    auto client = ping(server, {"--count", "3", "--interval", "0"});
    const auto probes = unanswered_probes(server, 3);

    explain(Concept::bytes,
            "bytes 8 to 15 are the time of steady_clock in nanoseconds, the most significant byte "
            "first");
    for (const Probe& probe : probes) expect_sent_between(probe, before, probe.taken);
    explain(Concept::bytes,
            "the probes leave in the order of their numbers, and the clock is read for each, just "
            "before: so none was sent before the one that it follows");
    expect_sent_in_order(probes);
}

TEST_CASE("the time in a probe is that of its own sending", "[probe]") {
    explain(Concept::bytes, "the clock is read anew for each probe, when it is sent");
    DatagramPeer server;
    auto client = ping(server, {"--count", "2", "--interval", "300"});

    // It is stopped when the second probe is due, and can send it only later.
    const Probe first = expect_probe(server, 0);
    client.suspend();
    const auto stopped = Clock::now();
    while (Clock::now() < first.taken + 300ms) (void)client.next_line(50ms);
    const auto resumed = Clock::now();
    client.resume();
    const Probe second = expect_probe(server, 1);
    expect_sent_between(second, Clock::time_point(first.sent()) + 1ns, second.taken);
    expect_not_sent_between(second, stopped, resumed);
}

TEST_CASE("each run draws an id of its own", "[probe]") {
    explain(Concept::bytes,
            "whoever gets a late answer to an earlier run must not take it for one to this run: "
            "draw the id from std::random_device, not from a clock, nor always the same");
    DatagramPeer server;
    std::vector<std::uint32_t> ids;

    // Three, so that two of them begin within one second.
    for (int i = 0; i < 3; ++i) {
        auto client = ping(server, {"--count", "1"});
        ids.push_back(expect_probe(server, 0).id());
    }
    expect_all_different(ids);
    expect_any_large(ids);
}

TEST_CASE("300 probes are numbered to 299", "[probe]") {
    const auto before = Clock::now();
    DatagramPeer server;
    auto client = ping(server, {"--count", "300", "--interval", "1"});
    const auto probes = unanswered_probes(server, 300);

    explain(Concept::bytes, "a seq has four bytes, and 299 needs two of them");
    expect_numbered(probes);
    expect_one_id(probes);
    explain(Concept::bytes,
            "the first probe is due at once, and each further one --interval milliseconds after "
            "the one before was");
    expect_sent_between(probes.back(), before, probes.back().taken);
    expect_due(probes.back(), before, 299ms);
}

TEST_CASE("numbers at the ends of their ranges are right", "[probe]") {
    explain(Concept::bytes, "the ends of a range belong to it: 16 is a size, and 3600000 a time");
    DatagramPeer server;
    auto client = ping(server, {"--size", "16", "--count", "1000000", "--interval", "3600000"});

    (void)server.next();
}

TEST_CASE("a probe has as many bytes as --size says, its numbers counted", "[probe]") {
    const std::size_t size = GENERATE(16U, 65507U);
    DatagramPeer server;
    auto client = ping(server, {"--count", "2", "--interval", "0", "--size", std::to_string(size)});
    const auto probes = unanswered_probes(server, 2);

    explain_layout();
    expect_numbered(probes);
    for (const Probe& probe : probes) {
        expect_size(probe, size);
        expect_zeros_behind_header(probe);
    }
}

TEST_CASE("numbers out of their range are wrong use of the client", "[probe]") {
    explain(Concept::program_contract,
            "each number has its range, and is all digits: anything else is wrong use, exit "
            "status 2 (parse_ping_options does it)");
    const auto [option, value] =
        GENERATE(table<std::string, std::string>({{"--size", "15"},
                                                  {"--size", "65508"},
                                                  {"--count", "0"},
                                                  {"--count", "1000001"},
                                                  {"--interval", "-1"},
                                                  {"--interval", "3600001"},
                                                  {"--timeout", "0"},
                                                  {"--timeout", "3600001"},
                                                  {"--port", "0"},
                                                  {"--port", "65536"}}));
    expect_wrong_use(option, value);
}

TEST_CASE("what is no number is wrong use of the client", "[probe]") {
    explain(Concept::program_contract,
            "a number is digits and nothing else: 4x is none, and an empty text is none "
            "(parse_ping_options knows that)");
    const std::string option = GENERATE("--size", "--count", "--interval", "--timeout", "--port");
    const std::string value = GENERATE("4x", "");
    expect_wrong_use(option, value);
}
