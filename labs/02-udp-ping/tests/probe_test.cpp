// Stage probe: what the client sends, byte by byte. The test takes the probes and answers none.

#include <netdb.h>

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

void explain_names() {
    explain(Concept::names,
            "the first address that the name stands for is where the probes go, and the socket "
            "is of its family");
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
    auto from = before;
    for (const Probe& probe : probes) {
        expect_sent_between(probe, from, probe.taken);
        from = Clock::time_point(probe.sent());
    }
}

TEST_CASE("the time in a probe is that of its own sending", "[probe]") {
    DatagramPeer server;
    auto client = ping(server, {"--count", "2", "--interval", "300"});
    const auto probes = unanswered_probes(server, 2);

    explain(Concept::bytes, "the clock is read anew for each probe, when it is sent");
    expect_sent_between(probes[1], Clock::time_point(probes[0].sent()) + 1ns, probes[1].taken);
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
}

TEST_CASE("300 probes are numbered to 299", "[probe]") {
    DatagramPeer server;
    auto client = ping(server, {"--count", "300", "--interval", "1"});
    const auto probes = unanswered_probes(server, 300);

    explain(Concept::bytes, "a seq has four bytes, and 299 needs two of them");
    expect_numbered(probes);
    expect_one_id(probes);
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

TEST_CASE("the client sends to ::1", "[probe]") {
    explain_names();
    need_ipv6();
    DatagramPeer server("::1");
    auto client = ping(server, {"--count", "1"});

    (void)server.next();
}

TEST_CASE("the client sends to the first address of a name", "[probe]") {
    explain_names();
    const auto localhost = net::resolve("localhost", "0", net::Use::connect);
    DatagramPeer server(localhost.front().host());
    auto client = Program("ping_client")
                      .connect_to("localhost", server.port(), {"--count", "1", "--timeout", hour});

    (void)server.next();
}

TEST_CASE("the client sends to the host and the port that it is given", "[probe]") {
    explain(Concept::addresses,
            "each probe is sent to the address of --host and the port of --port, the port in "
            "network byte order");
    DatagramPeer server(random_loopback_host());
    auto client = ping(server, {"--count", "1"});

    (void)server.next();
}

TEST_CASE("a name that nobody knows is an error of the client", "[probe]") {
    explain(Concept::names,
            "getaddrinfo returns its error, and gai_strerror says it in words: net::resolve() "
            "throws it; say it, and exit with 1");
    auto client = Program("ping_client")
                      .with({.names = {{"ping.test", {.error = EAI_NONAME}}}})
                      .run({"--host", "ping.test"});

    client.expect_exit(1);
    client.expect_error_line("Name or service not known");
    client.expect_no_output();
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
