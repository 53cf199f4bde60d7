// Stage timeout: what was lost is given up, each probe at its own deadline. The test is the server.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "harness/programs/program.hpp"
#include "lines.hpp"
#include "net/udp.hpp"
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

TEST_CASE("a reply has as many bytes as its probe", "[timeout]") {
    explain(Concept::datagrams,
            "a probe has --size bytes, and so has its reply: receive into a buffer with room for "
            "one more, and print how many have come");
    const std::string size = GENERATE("16", "65507");
    DatagramPeer server;
    auto client = Program("ping_client")
                      .connect_to(server, {"--count", "1", "--size", size, "--interval", hour,
                                           "--timeout", hour});

    const Probe probe = expect_probe(server, 0);
    answer(server, probe);
    expect_reply_line(client, server.address(), probe);
    explain(Concept::deadlines,
            "behind the last probe no interval is waited for: when each is answered or given up, "
            "the client ends");
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
    SECTION("before what is due after it") {
        auto client =
            Program("ping_client")
                .connect_to(server, {"--count", "2", "--interval", "650", "--timeout", "100"});
        (void)expect_probe(server, 0);
        (void)expect_probe(server, 1);
        client.suspend();  // what it has printed until now is all
        expect_has_given_up(client, 0, "probe 1 left 650 ms after it, and --timeout is 100");
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

TEST_CASE("two thousand probes are under way at the same time", "[timeout]") {
    explain(Concept::deadlines,
            "there may be as many probes under way as --count says, and each is given up by "
            "itself: a table of them grows, and no place in it is taken twice");
    constexpr std::uint32_t probes = 2000;
    const auto silent = net::UdpSocket::bind("127.0.0.1", "0");
    auto client =
        Program("ping_client")
            .connect_to("127.0.0.1", silent.local_address().port(),
                        {"--count", std::to_string(probes), "--interval", "0", "--timeout", "300"});

    for (std::uint32_t seq = 0; seq < probes; ++seq) expect_no_reply_line(client, seq, 300ms);
}
