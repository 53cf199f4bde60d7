// Stage timeout: what was lost is given up, each probe at its own deadline. The test is the server.

#include <catch2/catch_test_macros.hpp>

#include "harness/programs/program.hpp"
#include "pinging.hpp"

using namespace harness;
using namespace pinging;
using namespace std::chrono_literals;

TEST_CASE("each reply has its line, as soon as it comes", "[timeout]") {
    explain(
        Concept::deadlines,
        "a reply is printed and flushed when it comes, whenever the next probe is due: wait for "
        "the socket and for the next moment at once, with ppoll");
    DatagramPeer server;
    auto client = Program("ping_client")
                      .connect_to(server, {"--count", "2", "--interval", hour, "--timeout", hour});

    const Probe probe = expect_probe(server, 0);
    answer(server, probe);
    expect_reply_line(client, server.address(), probe);
    client.expect_running();
    client.expect_no_output();
}

TEST_CASE("a silent server is given up", "[timeout]") {
    explain(
        Concept::deadlines,
        "UDP never tells that a datagram was lost: when the deadline of a probe has passed, say "
        "so, and go on");
    DatagramPeer server;
    auto client = Program("ping_client")
                      .connect_to(server, {"--count", "3", "--interval", "0", "--timeout", "100"});

    for (std::uint32_t seq = 0; seq < 3; ++seq) (void)expect_probe(server, seq);
    for (std::uint32_t seq = 0; seq < 3; ++seq) expect_no_reply_line(client, seq, 100ms);
    client.expect_exit(1);
}
