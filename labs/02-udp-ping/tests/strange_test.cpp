// Stage match: what is no reply is passed over in silence. The test is the server, and whoever else
// sends.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/programs/program.hpp"
#include "lines.hpp"
#include "probes.hpp"

using namespace harness;
using namespace pinging;

namespace {

/// Where a further probe may leave, and nothing ends before the test does.
const std::vector<std::string> two_in_an_hour{"--count", "2",         "--interval",
                                              hour,      "--timeout", hour};

/// A copy with other bits in one byte.
Bytes with_other_byte(Bytes data, std::size_t at) {
    data.at(at) ^= std::byte{0x81};
    return data;
}

/// A copy with another seq: right in all else.
Bytes with_seq(Bytes data, std::uint32_t seq) {
    for (std::size_t i = 0; i < 4; ++i) data.at(7 - i) = static_cast<std::byte>(seq >> 8 * i);
    return data;
}

Bytes with_size(Bytes data, std::size_t size) {
    data.resize(size);
    return data;
}

/// Fails if it has said more on stderr than this.
void expect_no_word_more(const Process& client, const std::string& said) {
    if (client.said() == said) return;
    fail({.verdict = Verdict::output,
          .says = "what is no reply is passed over in silence; because of one stderr says " +
                  in_quotes(client.said().substr(said.size()))});
}

/// Fails if the client takes any of these for a reply: it says or sends something because of it.
void expect_passed_over(Process& client, DatagramPeer& server, DatagramPeer& sender,
                        const Probe& probe, const std::vector<Bytes>& wrong) {
    client.await_rest();
    const std::string said = client.said();
    for (const Bytes& datagram : wrong) {
        sender.send_to(probe.from, datagram);
        client.expect_running();
        client.expect_no_output();
        server.expect_nothing_more();
    }
    expect_no_word_more(client, said);
    answer(server, probe);
    expect_reply_line(client, server.address(), probe);
}

}  // namespace

TEST_CASE("a reply to another run is none", "[match]") {
    explain(Concept::unreliable_links,
            "the id says which run of a client a reply belongs to: compare it, all four bytes");
    DatagramPeer server;
    auto client = Program("ping_client").connect_to(server, two_in_an_hour);

    const Probe probe = expect_probe(server, 0);
    std::vector<Bytes> wrong;
    for (std::size_t i = 0; i < 4; ++i) wrong.push_back(with_other_byte(probe.data, i));
    expect_passed_over(client, server, server, probe, wrong);
}

TEST_CASE("a reply to a probe that has not been sent is none", "[match]") {
    explain(Concept::unreliable_links,
            "a reply belongs to a probe that has been sent: look its seq up, all four bytes of it, "
            "among those that are awaited; any other number is passed over");
    DatagramPeer server;
    auto client = Program("ping_client").connect_to(server, two_in_an_hour);

    const Probe probe = expect_probe(server, 0);
    std::vector<Bytes> wrong;
    for (const std::uint32_t seq : {1U, 2U, 1U << 8U, 1U << 16U, 1U << 24U, 0xffffffffU})
        wrong.push_back(with_seq(probe.data, seq));
    expect_passed_over(client, server, server, probe, wrong);
}

TEST_CASE("a datagram of another size is no reply", "[match]") {
    explain(Concept::hostile_input,
            "anything may come, of any length: look at the size before you look at the bytes, and "
            "pass over what has not --size of them, in silence");
    DatagramPeer server;
    auto client = Program("ping_client").connect_to(server, two_in_an_hour);

    const Probe probe = expect_probe(server, 0);
    std::vector<Bytes> wrong;
    for (const std::size_t size : {0U, 1U, 15U, 16U, 55U, 57U, 1000U})
        wrong.push_back(with_size(probe.data, size));
    wrong.push_back(random_bytes(64));
    expect_passed_over(client, server, server, probe, wrong);
}

TEST_CASE("a reply from a stranger is none", "[match]") {
    explain(Concept::hostile_input,
            "anybody can send to your port: a reply comes from the address and the port that its "
            "probe was sent to; compare both, or let the kernel do it (connect)");
    DatagramPeer server;
    const bool same_host = GENERATE(true, false);
    DatagramPeer stranger(same_host ? server.host() : random_loopback_host(),
                          same_host ? 0 : server.port());
    auto client = Program("ping_client").connect_to(server, two_in_an_hour);

    const Probe probe = expect_probe(server, 0);
    expect_passed_over(client, server, stranger, probe, {probe.data, probe.data});
    stranger.send_to(probe.from, probe.data);
    client.expect_running();
    client.expect_no_output();
    stranger.expect_nothing_more();
}
