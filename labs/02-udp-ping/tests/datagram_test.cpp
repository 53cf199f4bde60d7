#include <catch2/catch_test_macros.hpp>

#include "harness/programs/program.hpp"

using namespace harness;

TEST_CASE("a datagram comes back", "[datagram]") {
    explain(Concept::datagrams, "x");
    auto server = Program("ping_server").listen();
    auto client = server.datagram_client();
    client.send("hello");
    client.expect("hello");
}
