// Datagrams to and from a program: what a test sees, and what it says of a wrong one.

#include <sched.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fstream>

#include "expect_failure.hpp"
#include "harness/wire/datagram_peer.hpp"
#include "harness/wire/loopback.hpp"

using namespace harness;
using Catch::Matchers::ContainsSubstring;

namespace {

/// What becomes of a client that sends one datagram and expects it back, and no other.
Failure after(const std::string& misbehaviour, const Bytes& data) {
    return failure_of([&] {
        auto server = datagram_server(misbehaviour);
        auto client = server.datagram_client();
        client.send(data);
        client.expect(data);
        client.expect_nothing_more();
    });
}

Failure after_letters(const std::string& misbehaviour) {
    return after(misbehaviour, bytes("abcdefghijklmnopqrstuvwxyz"));
}

}  // namespace

TEST_CASE("a right echo of datagrams satisfies every check", "[datagram]") {
    auto server = datagram_server("echo");
    auto alice = server.datagram_client();
    auto bob = server.datagram_client();
    alice.send("one");
    bob.send("two");
    bob.expect("two");
    alice.expect("one");
    for (const std::size_t size : {0U, 1U, 1472U, 9000U, 65507U}) {
        const auto data = random_bytes(size);
        alice.send(data);
        alice.expect(data);
    }
    alice.expect_nothing_more();
    bob.expect_nothing_more();
}

TEST_CASE("a server at ::1, or everywhere, is found", "[datagram]") {
    const std::string kind = GENERATE("echo-ipv6", "echo-everywhere");
    if (kind == "echo-ipv6" && !std::ifstream("/proc/net/udp6"))
        SKIP("this machine has no IPv6 loopback");
    auto server = datagram_server(kind);
    auto client = server.datagram_client();
    client.send("hello");
    client.expect("hello");
}

TEST_CASE("datagrams sent at once may come back in any order", "[datagram]") {
    auto server = datagram_server(GENERATE("echo", "swaps"));
    auto client = server.datagram_client();
    std::vector<Bytes> sent;
    for (std::size_t i = 0; i < 10; ++i) {
        sent.push_back(random_bytes(random_number(1, 1472)));
        client.send(sent.back());
    }
    client.expect_in_any_order(sent);
    client.expect_nothing_more();
}

TEST_CASE("a datagram that is cut says where, and why", "[datagram]") {
    const auto data = Bytes(2000, std::byte{'x'});
    const auto failure = after("truncates", data);
    CHECK(failure.verdict == Verdict::wrong_bytes);
    CHECK(failure.idea == Concept::datagrams);
    CHECK_THAT(failure.says, ContainsSubstring("only the first 512 of 2,000 bytes came back"));
    CHECK_THAT(failure.means, ContainsSubstring("lost for ever"));
    const auto text = after("stops-at-zero", bytes(std::string_view("abc\0def", 7)));
    CHECK_THAT(text.says, ContainsSubstring("only the first 3 of 7 bytes"));
    CHECK(text.idea == Concept::bytes);
}

TEST_CASE("a byte that differs is shown, and one too many", "[datagram]") {
    const auto different = after_letters("changes-byte");
    CHECK(different.verdict == Verdict::wrong_bytes);
    CHECK_THAT(different.says, ContainsSubstring("byte 21 of 26 bytes differs"));
    CHECK(different.details.size() == 3);
    const auto longer = after_letters("adds");
    CHECK(longer.verdict == Verdict::wrong_bytes);
    CHECK_THAT(longer.says,
               ContainsSubstring("a datagram of 28 bytes 2 bytes more than are due: \"!!\""));
}

TEST_CASE("one datagram as several is told from one that is cut", "[datagram]") {
    const auto failure = after_letters("splits");
    CHECK(failure.verdict == Verdict::wrong_bytes);
    CHECK_THAT(failure.says,
               ContainsSubstring("a datagram of 26 bytes came back as 3, the first of 10 bytes"));
}

TEST_CASE("several datagrams as one are told", "[datagram]") {
    const auto failure = failure_of([] {
        auto server = datagram_server("merges");
        auto client = server.datagram_client();
        client.send("one");
        client.send("three");
        client.expect("one");
    });
    CHECK(failure.verdict == Verdict::wrong_bytes);
    CHECK_THAT(failure.says, ContainsSubstring("2 datagrams, the first of 3 bytes, came back as "
                                               "one of 8 bytes"));
}

TEST_CASE("an answer too many is WRONG_BYTES", "[datagram]") {
    const auto failure = after_letters("answers-twice");
    CHECK(failure.verdict == Verdict::wrong_bytes);
    CHECK_THAT(failure.says, ContainsSubstring("came back once more"));
}

TEST_CASE("an answer from another address is OUTPUT, and both are named", "[datagram]") {
    const auto failure = after_letters("answers-from-another-port");
    CHECK(failure.verdict == Verdict::output);
    CHECK_THAT(failure.says, ContainsSubstring("it should come from 127.0.0.1:"));
}

TEST_CASE("the answer to another datagram is called so", "[datagram]") {
    const auto failure = failure_of([] {
        auto server = datagram_server("ignores-empty");
        auto client = server.datagram_client();
        client.send("");
        client.send("after");
        client.expect("");
    });
    CHECK(failure.verdict == Verdict::wrong_bytes);
    CHECK_THAT(failure.says, ContainsSubstring("where an empty datagram"));
    CHECK_THAT(failure.means, ContainsSubstring("no end and no error"));
}

TEST_CASE("silence is NO_REPLY, at once where it can be proven", "[datagram]") {
    const auto failure = after_letters("silent");
    CHECK(failure.verdict == Verdict::no_reply);
    CHECK_THAT(failure.says, ContainsSubstring("nothing more can come"));
    CHECK_THAT(failure.says, ContainsSubstring("it waits in recv on descriptor"));
    const auto patient = after_letters("waits-with-timeout");
    CHECK(patient.verdict == Verdict::no_reply);
    CHECK_THAT(patient.says, ContainsSubstring("for a long time"));
}

TEST_CASE("a reply to somebody else is silence here", "[datagram]") {
    const auto failure = failure_of([] {
        auto server = datagram_server("first-client-only");
        auto alice = server.datagram_client();
        auto bob = server.datagram_client();
        alice.send("one");
        alice.expect("one");
        bob.send("two");
        bob.expect("two");
    });
    CHECK(failure.verdict == Verdict::no_reply);
}

TEST_CASE("a port that nobody listens at is REFUSED, the end of the program EXITED", "[datagram]") {
    const auto failure = after_letters("closes");
    CHECK(failure.verdict == Verdict::refused);
    CHECK_THAT(failure.says, ContainsSubstring("ICMP"));
    CHECK(after_letters("ends").verdict == Verdict::exited);
}

TEST_CASE("a flood of datagrams ends a test, and not its memory", "[datagram]") {
    const auto failure = after_letters("floods");
    CHECK(failure.verdict == Verdict::wrong_bytes);
    const auto unheard = failure_of([] {
        auto server = datagram_server("floods");
        auto client = server.datagram_client();
        const DatagramPeer nobody;
        client.send("hello");
        (void)client.next_from(nobody.address());
    });
    CHECK(unheard.verdict == Verdict::limit);
}

TEST_CASE("a door takes what a client sends, and answers it", "[datagram]") {
    DatagramPeer door;
    auto client = datagram_client("asks-once", door);
    const Datagram asked = door.next();
    CHECK(asked.data == bytes("1"));
    door.expect_nothing_more();
    door.send("one");
    client.expect_output("one\n");
    DatagramPeer stranger;
    stranger.send_to(asked.from, "two");
    client.expect_output("two\n");
}

TEST_CASE("the conversation is told, and who else talks in it", "[datagram]") {
    DatagramPeer door;
    DatagramPeer client(door.address());
    client.send("one");
    door.expect("one");
    door.send("two");
    client.expect("two");
    std::vector<std::string> told;
    for (const auto& event : current_run().transcript().events()) told.push_back(event.what);
    const std::string port = std::to_string(client.port());
    CHECK(told == std::vector<std::string>{
                      "client 2: send 3 bytes \"one\"",
                      "send 3 bytes \"one\" from 127.0.0.1:" + port,
                      "send 3 bytes \"two\"",
                      "client 2: send 3 bytes \"two\"",
                  });
}

TEST_CASE("after a barrier what was sent has come, and we may run where we could before",
          "[datagram]") {
    cpu_set_t before;
    cpu_set_t after;
    REQUIRE(::sched_getaffinity(0, sizeof before, &before) == 0);
    DatagramSocket socket(net::resolve("127.0.0.1", "0", net::Use::listen).front());
    for (int i = 0; i < 100; ++i) {
        socket.send(socket.address(), bytes("x"));
        await_loopback();
        REQUIRE(socket.has_news());
        REQUIRE(socket.try_receive().has_value());
    }
    REQUIRE(::sched_getaffinity(0, sizeof after, &after) == 0);
    CHECK(CPU_EQUAL(&before, &after));
}

TEST_CASE("a flood is told as one step, until something else happens", "[datagram]") {
    DatagramPeer door;
    DatagramPeer target;
    current_run().begin_part();
    const auto& events = current_run().transcript().events();
    for (int i = 0; i < 2; ++i) door.flood(target.address(), bytes("?"), 3);
    REQUIRE(events.size() == 1);
    CHECK_THAT(events.back().what, ContainsSubstring("send 6 datagrams of 1 byte to 127.0.0.1:"));
    for (int i = 0; i < 6; ++i) target.expect("?");
    target.expect_nothing_more();
    const std::size_t before = events.size();
    door.flood(target.address(), bytes("?"), 1);
    REQUIRE(events.size() > before);
    CHECK_THAT(events.at(before).what, ContainsSubstring("send 1 datagrams of 1 byte"));
}

TEST_CASE("a door tells its senders apart", "[datagram]") {
    DatagramPeer door;
    DatagramPeer alice;
    DatagramPeer bob;
    alice.send_to(door.address(), "from alice");
    bob.send_to(door.address(), "from bob");
    door.expect_from(bob.address(), "from bob");
    const Datagram first = door.next();
    CHECK(first.from == alice.address());
    CHECK(first.data == bytes("from alice"));
    door.send("to alice");
    alice.expect("to alice");
    bob.expect_nothing_more();
}

TEST_CASE("of a wrong datagram at a door the test explains", "[datagram]") {
    const auto failure = failure_of([] {
        DatagramPeer door;
        auto client = datagram_client("asks-once", door);
        explain(Concept::addresses, "as the test explains");
        door.expect("2");
    });
    CHECK(failure.verdict == Verdict::wrong_bytes);
    CHECK(failure.means == "as the test explains");
    CHECK(failure.idea == Concept::addresses);
}

TEST_CASE("a port that is closed refuses, and takes again when it is opened", "[datagram]") {
    DatagramPeer door;
    DatagramPeer client(door.address());
    door.close();
    client.send("one");
    await_loopback();
    client.send("the refusal of one is no reason not to send two");
    CHECK(failure_of([&] { client.expect("one"); }).verdict == Verdict::refused);
    door.reopen();
    client.send("two");
    door.expect("two");
}

TEST_CASE("what the kernel throws away for the test's socket is no fault of the program",
          "[datagram]") {
    const auto failure = failure_of([] {
        DatagramPeer door;
        DatagramPeer sender;
        const Bytes large(longest_datagram);
        for (int i = 0; i < 1000; ++i) sender.send_to(door.address(), large);
    });
    CHECK(failure.verdict == Verdict::test_bug);
    CHECK_THAT(failure.says, ContainsSubstring("thrown away"));
}
