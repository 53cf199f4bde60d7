// Stage timeout: more probes under way than a small table has room for. The test is the server.

#include <catch2/catch_test_macros.hpp>

#include "harness/programs/program.hpp"
#include "lines.hpp"
#include "probes.hpp"

using namespace harness;
using namespace pinging;

TEST_CASE("a hundred probes may be under way", "[timeout]") {
    explain(Concept::deadlines,
            "as many probes are under way as leave before a reply comes: each is awaited by its "
            "seq, however many there are, and each reply has its line");
    constexpr std::uint32_t count = 100;
    DatagramPeer server;
    auto client = Program("ping_client")
                      .connect_to(server, {"--count", std::to_string(count), "--interval", "1",
                                           "--timeout", hour});

    for (const Probe& probe : expect_probes(server, count)) {
        answer(server, probe);
        expect_reply_line(client, server.address(), probe);
    }
    client.expect_exit(0);
}
