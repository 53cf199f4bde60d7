// Stage next-client: what goes wrong with one client is no reason to fail the next.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cerrno>

#include "harness/programs/program.hpp"

using namespace harness;

namespace {

void explain_next() {
    explain(Concept::dying_peers,
            "an error of one connection ends that connection: say so, close it, and accept the "
            "next client");
}

/// A client's whole life: a line there and back, and the end.
void visit(Server& server, std::string_view line) {
    auto client = server.connect();
    client.send(line);
    client.expect(line);
    client.half_close();
    client.expect_end();
}

/// What the server needs when it has served one client and waits for the next.
Observation rest_after_first(Server& server) {
    visit(server, "first\n");
    server.process().await_rest();
    return server.process().observe();
}

/// How many descriptors that are.
std::size_t descriptors_at_rest(Server& server) { return rest_after_first(server).descriptors(); }

void expect_closed(Server& server, std::size_t descriptors) {
    explain(Concept::descriptors,
            "accept gives a new descriptor for each client: close it, on every way out");
    server.process().expect_descriptors(descriptors);
}

}  // namespace

TEST_CASE("three hundred clients come one after another", "[next-client]") {
    explain(Concept::socket_life,
            "the listening socket stays open for the next client; only the connection is closed");
    auto server = Program("echo_server").listen();
    const Observation after_first = rest_after_first(server);

    for (int i = 2; i <= 300; ++i) visit(server, "client " + std::to_string(i) + '\n');
    expect_closed(server, after_first.descriptors());
    explain(Concept::descriptors,
            "a thread or a process for each client ends with the client, and whoever has started "
            "it learns of that: join or detach, waitpid");
    server.process().expect_threads(after_first.threads());
    server.process().expect_no_zombies();
}

TEST_CASE("clients that come together are served in turn", "[next-client]") {
    explain(Concept::socket_life,
            "one client is served at a time; the others wait, and lose nothing");
    auto server = Program("echo_server").listen();
    auto first = server.connect();
    auto second = server.connect();

    second.send("second\n");
    first.send("first\n");
    first.expect("first\n");
    first.half_close();
    first.expect_end();
    second.expect("second\n");
}

TEST_CASE("a client that resets the connection harms no other", "[next-client]") {
    explain_next();
    auto server = Program("echo_server").listen();
    const std::size_t descriptors = descriptors_at_rest(server);
    auto rude = server.connect();

    SECTION("after a line") {
        rude.send("hello\n");
        rude.expect("hello\n");
        rude.reset();
    }
    SECTION("before it has said anything") { rude.reset(); }
    SECTION("before the server has read what it said") {
        server.process().suspend();
        rude.send("hello\n");
        rude.reset();
        server.process().resume();
    }
    visit(server, "next\n");
    expect_closed(server, descriptors);
}

TEST_CASE("a client that leaves in the middle harms no other", "[next-client]") {
    explain_next();
    auto server = Program("echo_server").listen();
    auto hasty = server.connect();

    hasty.send(random_bytes(20000));
    hasty.close();
    visit(server, "next\n");
}

TEST_CASE("a client that has given up before it is accepted harms no other", "[next-client]") {
    explain(Concept::dying_peers,
            "accept can fail because of one client (ECONNABORTED): that client has gone, accept "
            "the next");
    auto server = Program("echo_server")
                      .with({.calls = {{.call = Calls::accept, .error = ECONNABORTED, .times = 1}}})
                      .listen();

    auto gone = server.connect();
    visit(server, "next\n");
}

TEST_CASE("sending to a client that has gone does not kill the server", "[next-client]") {
    explain_next();
    // All of it, the end too, is there before the server looks: its first send meets a closed
    // socket, and the second one would raise SIGPIPE.
    const Faults short_sends{.calls = {{.call = Calls::send, .takes = Takes::a_part}}};
    auto server = Program("echo_server").with(GENERATE_COPY(Faults{}, short_sends)).listen();
    server.process().suspend();
    auto gone = server.connect();
    gone.send(random_bytes(20000));
    gone.close_and_await_delivery();
    server.process().resume();

    visit(server, "next\n");
}
