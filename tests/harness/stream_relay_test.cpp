// A line for TCP that spoils, cuts, holds back and passes in pieces: each rule, each count, and
// that a rule which had nothing to do is told.

#include "harness/relays/stream_relay.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "expect_failure.hpp"
#include "harness/wire/tcp_state.hpp"

using namespace harness;
using Catch::Matchers::ContainsSubstring;

namespace {

/// A client and a server, both the test's, on either side of a relay.
struct Connection {
    explicit Connection(std::vector<StreamRules> rules)
        : relay(door.address(), std::move(rules)),
          client(net::TcpStream::connect(relay.address())),
          server(door.accept()) {}

    Listener door;
    StreamRelay relay;
    Peer client;
    Peer server;
};

Peer connect(const StreamRelay& relay) { return Peer(net::TcpStream::connect(relay.address())); }

}  // namespace

TEST_CASE("a relay without rules passes both ways, and the ends", "[stream_relay]") {
    auto server = toy_server("echo");
    StreamRelay relay(server.address());
    for (int i = 0; i < 2; ++i) {
        auto client = connect(relay);
        const auto data = random_bytes(3000000);
        client.send(data);
        client.expect(data);
        client.expect_open();
        client.half_close();
        client.expect_end();
    }
    REQUIRE(relay.connections().size() == 2);
    CHECK(relay.connections()[0].to_server == 3000000);
    CHECK(relay.connections()[1].to_client == 3000000);
}

TEST_CASE("a relay takes no more than it can pass on", "[stream_relay]") {
    Connection line({});
    const Bytes much(std::size_t{64} << 20U);
    line.server.keep_buffer_small();
    (void)line.server.send_until_blocked(bytes("x"));  // from now on it does not read
    const std::size_t taken = line.client.send_until_blocked(much);
    CHECK(taken < much.size() / 2);
    line.server.expect(std::span(much).first(taken));
    CHECK(line.relay.connections()[0].to_server == taken);
}

TEST_CASE("a relay inverts one bit, at its place", "[stream_relay]") {
    Connection line({{.to_server = {.flip_at = 100000}, .to_client = {.flip_at = 0}}});
    auto data = random_bytes(200000);
    line.client.send(data);
    data[100000] ^= std::byte{1};
    line.server.expect(data);
    line.server.send("abc");
    line.client.expect("`bc");
}

TEST_CASE("a relay cuts after so many bytes, for both sides", "[stream_relay]") {
    const auto cut = GENERATE(StreamRule::Cut::by_fin, StreamRule::Cut::by_rst);
    Connection line({{.to_server = {.cut_after = 70000, .cut = cut}}});
    const auto data = random_bytes(200000);
    line.client.send(data);
    line.server.expect(std::span(data).first(70000));
    if (cut == StreamRule::Cut::by_fin) {
        line.server.expect_end();
        line.client.expect_end();
    } else {
        CHECK(failure_of([&] { line.server.expect_end(); }).verdict == Verdict::reset);
        CHECK(failure_of([&] { line.client.expect_end(); }).verdict == Verdict::reset);
    }
    CHECK(line.relay.connections()[0].to_server == 70000);
}

TEST_CASE("after a cut the next connection is passed as it is", "[stream_relay]") {
    auto server = toy_server("echo");
    StreamRelay relay(server.address(), {{.to_client = {.cut_after = 3}}});
    auto first = connect(relay);
    first.send("abcdef");
    first.expect("abc");
    first.expect_end();
    auto second = connect(relay);
    second.send("def");
    second.expect("def");
    REQUIRE(relay.connections().size() == 2);
    CHECK(relay.connections()[0].to_client == 3);
    CHECK(relay.connections()[1].to_client == 3);
}

TEST_CASE("a relay holds back until it is released, the end too", "[stream_relay]") {
    const std::size_t passed = GENERATE(3U, 6U);
    Connection line({{.to_server = {.hold_after = passed}}});
    line.client.send("abcdef");
    line.client.half_close();
    line.server.expect(std::string_view("abcdef").substr(0, passed));
    line.server.expect_open();
    line.server.expect_nothing_more();
    CHECK(line.relay.connections()[0].to_server == passed);
    line.relay.release();
    line.server.expect(std::string_view("abcdef").substr(passed));
    line.server.expect_end();
}

TEST_CASE("a relay passes pieces, each when the one before has been read", "[stream_relay]") {
    auto server = toy_server("counts-reads");
    StreamRelay relay(server.address(), {{.to_server = {.pieces = [] { return 5; }}}});
    auto client = connect(relay);
    client.send("abcdefghijkl");
    client.expect("5 5 2 ");
}

TEST_CASE("sizes by the seed are what they should be", "[stream_relay]") {
    const auto sizes = random_sizes(2, 9);
    for (int i = 0; i < 100; ++i) {
        const std::size_t size = sizes();
        REQUIRE(size >= 2);
        REQUIRE(size <= 9);
    }
    Connection line({{.to_server = {.pieces = random_sizes(1, 5000)}}});
    const auto data = random_bytes(100000);
    line.client.send(data);
    line.server.expect(data);
}

TEST_CASE("a reset is passed on, after what came before it", "[stream_relay]") {
    Connection line({});
    SECTION("by the client") {
        line.client.send("last words");
        line.client.reset();
        line.server.expect("last words");
        CHECK(failure_of([&] { line.server.expect_end(); }).verdict == Verdict::reset);
    }
    SECTION("by the server, while the client has much to send") {
        (void)line.client.send_until_blocked(Bytes(std::size_t{64} << 20U));
        line.server.reset();
        CHECK(failure_of([&] { line.client.expect("x"); }).verdict == Verdict::reset);
    }
}

TEST_CASE("a reset is passed on though its sender had half-closed", "[stream_relay]") {
    auto door = net::TcpListener::bind("127.0.0.1", "0");
    const StreamRelay relay(door.local_address());
    auto client = net::TcpStream::connect(relay.address());
    std::optional<net::TcpStream> server;
    const auto becomes_true = [](const std::function<bool()>& claim) {
        return wait_until(claim, Deadline(patience::to_answer)) == Waited::done;
    };
    REQUIRE(becomes_true([&] { return (server = door.try_accept()).has_value(); }));
    client.shutdown_send();
    std::byte byte{};
    REQUIRE(becomes_true([&] { return server->try_recv_some(std::span(&byte, 1)) == 0U; }));
    client.reset();
    CHECK(becomes_true([&] { return has_been_reset(server->fd()); }));
}

TEST_CASE("a client that has gone at once harms nobody", "[stream_relay]") {
    auto server = toy_server("echo");
    StreamRelay relay(server.address());
    auto gone = net::TcpStream::connect(relay.address());
    gone.reset();
    auto client = connect(relay);
    client.send("hello");
    client.expect("hello");
    CHECK(relay.connections().size() == 1);
}

TEST_CASE("a client is reset where there is no server", "[stream_relay]") {
    Listener door;
    const net::Address nowhere = net::TcpListener::bind("127.0.0.1", "0").local_address();
    StreamRelay relay(nowhere);
    auto client = connect(relay);
    CHECK(failure_of([&] { client.expect_end(); }).verdict == Verdict::reset);
    CHECK(relay.connections().empty());
}

TEST_CASE("a program behind a relay that waits for more is NO_REPLY, at once", "[stream_relay]") {
    const auto failure = failure_of([] {
        auto server = toy_server("silent");
        StreamRelay relay(server.address());
        auto client = connect(relay);
        client.send("hello");
        client.expect("hello");
    });
    CHECK(failure.verdict == Verdict::no_reply);
    CHECK_THAT(failure.says, ContainsSubstring("nothing more can come"));
}

TEST_CASE("bytes that are held are not on their way, those in pieces are", "[stream_relay]") {
    const auto failure = failure_of([] {
        auto server = toy_server("echo");
        StreamRelay relay(server.address(), {{.to_client = {.hold_after = 2}}});
        auto client = connect(relay);
        client.send("hello");
        client.expect("hello");
    });
    CHECK(failure.verdict == Verdict::no_reply);
    CHECK_THAT(failure.says, ContainsSubstring("2 of 5 bytes came back, then nothing more can"));
    auto server = toy_server("echo");
    StreamRelay relay(server.address(), {{.to_server = {.pieces = [] { return 1; }}}});
    auto client = connect(relay);
    client.send("hello");
    client.expect("hello");
    client.expect_nothing_more();
}

TEST_CASE("a stream's rule that had nothing to do has proved nothing", "[stream_relay]") {
    const auto unmet = [](std::vector<StreamRules> rules) {
        const auto failure = failure_of([&] {
            Connection line(std::move(rules));
            line.client.send("abc");
            line.server.expect("abc");
        });
        CHECK(failure.verdict == Verdict::test_bug);
        return failure.says;
    };
    CHECK_THAT(unmet({{.to_server = {.flip_at = 3}}}), ContainsSubstring("byte 4 never went"));
    CHECK_THAT(unmet({{.to_client = {.cut_after = 1}}}), ContainsSubstring("only 0 bytes went"));
    CHECK_THAT(unmet({{.to_server = {.hold_after = 3}}}), ContainsSubstring("nothing was held"));
    CHECK_THAT(unmet({{.to_server = {.pieces = [] { return 3; }}}}),
               ContainsSubstring("nothing went in pieces"));
    CHECK_THAT(unmet({{}, {.to_server = {.flip_at = 0}}}),
               ContainsSubstring("connection 2 never came"));
}
