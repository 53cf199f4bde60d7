// Stage datagram: one socket, and each datagram goes back to whoever has sent it.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <csignal>
#include <list>

#include "harness/programs/program.hpp"
#include "there_and_back.hpp"

using namespace harness;
using namespace pinging;

TEST_CASE("a datagram comes back to its sender", "[datagram]") {
    explain(Concept::socket_life,
            "a UDP socket takes datagrams as soon as bind has given it an address: there is no "
            "listen and no accept. What fails is said on stderr");
    const auto data = random_bytes(GENERATE(1U, 5U, 512U));
    auto server = Program("ping_server").listen();
    explain_echo();
    auto client = server.datagram_client();

    client.send(data);
    client.expect(data);
}

TEST_CASE("a datagram comes back exactly once", "[datagram]") {
    explain_echo();
    auto server = Program("ping_server").listen();
    auto client = server.datagram_client();

    ping(client);
    client.expect_nothing_more();
}

TEST_CASE("ten datagrams come back, one after another", "[datagram]") {
    explain(Concept::datagrams,
            "a datagram is no connection, and has no end: when one has been answered, wait for "
            "the next");
    auto server = Program("ping_server").listen();
    auto client = server.datagram_client();

    ping(client);
    server.process().expect_running();
    for (int i = 0; i < 9; ++i) ping(client);
}

TEST_CASE("what has come before is returned again", "[datagram]") {
    explain(Concept::datagrams,
            "a datagram may be the same as the one before, and is answered like any other: the "
            "server compares nothing, and remembers nothing");
    auto server = Program("ping_server").listen();
    auto client = server.datagram_client();
    const auto data = any_datagram();

    for (int i = 0; i < 2; ++i) {
        client.send(data);
        client.expect(data);
        server.process().expect_running();
    }
}

TEST_CASE("three clients send in turns, and each gets its own", "[datagram]") {
    explain(Concept::datagrams,
            "one socket serves everybody, and each answer goes to the address that this datagram "
            "has come from: remember no client, and connect to none");
    auto server = Program("ping_server").listen();
    std::list<DatagramPeer> clients;
    for (int i = 0; i < 3; ++i) clients.emplace_back(server.address());

    for (int round = 0; round < 3; ++round) {
        for (auto& client : clients) {
            ping(client);
            if (round == 0) server.process().expect_running();
        }
    }
    clients.front().expect_nothing_more();
}

TEST_CASE("three clients send at the same time, and each gets its own", "[datagram]") {
    auto server = Program("ping_server").listen();
    explain_echo();
    auto one = server.datagram_client();
    auto two = server.datagram_client();
    auto three = server.datagram_client();
    const std::vector<DatagramPeer*> clients{&one, &two, &three};
    std::vector<Bytes> sent;

    server.process().suspend();
    for (DatagramPeer* client : clients) {
        sent.push_back(any_datagram());
        client->send(sent.back());
    }
    server.process().resume();
    three.expect(sent[2]);
    one.expect(sent[0]);
    two.expect(sent[1]);
    for (int i = 0; i < 12; ++i) ping(*clients[random_number(0, 2)]);
}

TEST_CASE("three hundred clients send, one after another", "[datagram]") {
    explain(Concept::datagrams,
            "there is nothing to be kept of a client: no place in a table, and no process that "
            "nobody waits for (waitpid)");
    auto server = Program("ping_server").listen();

    ping(server);
    server.process().expect_running();
    for (int i = 1; i < 300; ++i) ping(server);
    server.process().expect_no_zombies();
}

TEST_CASE("a client that is gone when its answer comes hinders nobody", "[datagram]") {
    explain(Concept::datagrams,
            "that one answer is refused concerns nobody else: do not connect the socket, and go "
            "on with the next datagram");
    auto server = Program("ping_server").listen();
    auto gone = server.datagram_client();

    server.process().suspend();
    gone.send("hello");
    gone.close();
    server.process().resume();
    server.process().expect_running();
    for (int i = 0; i < 2; ++i) ping(server);
}

TEST_CASE("a server that waits for datagrams does not compute", "[datagram]") {
    explain(Concept::datagrams,
            "whoever waits lets a call wait: recvfrom, without MSG_DONTWAIT, sleeps until a "
            "datagram is there");
    auto server = Program("ping_server").listen();
    SECTION("for the first one") {}
    SECTION("for the next one") { ping(server); }

    server.process().expect_idle();
}

TEST_CASE("a server that gets nothing for long goes on", "[datagram]") {
    explain(Concept::datagrams,
            "with UDP silence is not the end, since nobody ever says that there is nothing more to "
            "come: wait for the next datagram without a time limit, or go on when it is over");
    auto server = Program("ping_server").with({.time_runs_out = true}).listen();

    server.process().expect_running();
    for (int i = 0; i < 2; ++i) {
        ping(server);
        server.process().expect_running();
    }
}

TEST_CASE("SIGTERM and SIGINT end the server while it waits", "[datagram]") {
    explain(Concept::program_contract,
            "SIGTERM and SIGINT end the program with status 0, whatever it is blocked in: a "
            "handler that calls _exit(0) is enough here");
    const int signal = GENERATE(SIGTERM, SIGINT);
    auto server = Program("ping_server").listen();

    server.process().await_rest();
    server.process().signal(signal);
    server.process().expect_exit(0, patience::to_end);
}
