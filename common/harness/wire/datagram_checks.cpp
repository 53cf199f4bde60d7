// What a test expects of datagrams, and what it says when they do not come, or others do.

#include <algorithm>

#include "harness/diagnosis/datagram_difference.hpp"
#include "harness/diagnosis/difference.hpp"
#include "harness/wire/datagram_peer.hpp"
#include "net/io.hpp"

namespace harness {
namespace {

using View = std::span<const std::byte>;

constexpr std::size_t none = static_cast<std::size_t>(-1);

Bytes copy(View data) { return {data.begin(), data.end()}; }

std::string due(const std::vector<Bytes>& expected) {
    return expected.size() == 1 ? a_datagram(expected.front().size())
                                : std::to_string(expected.size()) + " datagrams";
}

}  // namespace

Datagram DatagramPeer::next() {
    Datagram datagram = take(std::nullopt, "a datagram");
    held();
    return datagram;
}

Datagram DatagramPeer::next_from(const net::Address& sender) {
    Datagram datagram = take(sender, "a datagram from " + sender.to_string());
    held();
    return datagram;
}

void DatagramPeer::expect(View expected) { expect_all(std::nullopt, {copy(expected)}); }

void DatagramPeer::expect(std::string_view text) { expect(net::as_bytes(text)); }

void DatagramPeer::expect_from(const net::Address& sender, View expected) {
    expect_all(sender, {copy(expected)});
}

void DatagramPeer::expect_from(const net::Address& sender, std::string_view text) {
    expect_from(sender, net::as_bytes(text));
}

void DatagramPeer::expect_in_any_order(std::vector<Bytes> expected) {
    expect_all(std::nullopt, std::move(expected));
}

void DatagramPeer::expect_nothing_more() {
    (void)wait_until([&] { return !inbox_.empty(); }, Deadline(patience::to_answer),
                     Proof::at_rest);
    if (!inbox_.empty()) fail_of_too_many();
    held();
}

/// Where in the inbox the first one of this sender stands, or `none`.
std::size_t DatagramPeer::find(const Sender& sender) const {
    const auto at = std::find_if(inbox_.begin(), inbox_.end(), [&](const Datagram& datagram) {
        return !sender || datagram.from == *sender;
    });
    return at == inbox_.end() ? none : static_cast<std::size_t>(at - inbox_.begin());
}

Waited DatagramPeer::await(const Sender& sender) {
    // A client has to start before it can send to a door.
    const Deadline deadline(server_ ? patience::to_answer : patience::to_start);
    return wait_until([&] { return find(sender) != none || overflows(); }, deadline);
}

Datagram DatagramPeer::take(const Sender& sender, const std::string& missing) {
    const Waited how = await(sender);
    const std::size_t at = find(sender);
    if (at == none) fail_to_receive(missing, how);
    Datagram datagram = std::move(inbox_[at]);
    inbox_.erase(inbox_.begin() + static_cast<std::ptrdiff_t>(at));
    inbox_bytes_ -= datagram.data.size();
    taken_ = datagram.from;
    if (server_ && datagram.from != *server_) fail_of_sender(datagram);
    return datagram;
}

void DatagramPeer::expect_all(const Sender& sender, std::vector<Bytes> expected) {
    while (!expected.empty()) {
        Datagram datagram = take(sender, due(expected));
        const auto at = std::find(expected.begin(), expected.end(), datagram.data);
        if (at == expected.end()) fail_of_difference(sender, expected, datagram.data);
        expected.erase(at);
        const auto sent = std::find(sent_.begin(), sent_.end(), datagram.data);
        if (sent != sent_.end()) sent_.erase(sent);
        answered_.push_back(std::move(datagram.data));
    }
    held();
}

/// At a door it is the test that explains: how a client comes to send, only it knows.
void DatagramPeer::fail_as_explained(Failure failure) const {
    if (!server_) {
        failure.means.clear();
        failure.idea.reset();
    }
    fail(std::move(failure));
}

void DatagramPeer::fail_to_receive(const std::string& missing, Waited how) const {
    constexpr std::size_t flood = 1000;  // no right program sends so many that nobody expects
    if (overflows() || inbox_.size() >= flood) {
        fail({.verdict = Verdict::limit,
              .says = "it has sent " + grouped(inbox_.size()) + " datagrams, " +
                      count_of_bytes(inbox_bytes_) + ", that nobody has asked for"});
    }
    if (socket_ && socket_->dropped() != 0) {
        fail({.verdict = Verdict::test_bug,
              .says = "the kernel has thrown away " + grouped(socket_->dropped()) +
                      " datagrams for the test's socket, which had no room for them"});
    }
    if (server_ && std::find(refused_.begin(), refused_.end(), *server_) != refused_.end()) {
        fail({.verdict = Verdict::refused,
              .says = "nobody takes datagrams at " + server_->to_string() +
                      " (ICMP port unreachable): no socket has this address, or the one that has "
                      "it is connected to somebody else",
              .means = "a socket gets datagrams as soon as bind has given it an address, and until "
                       "it is closed: announce that address. One that is connected gets those of "
                       "its one peer alone: connect it to nobody",
              .idea = Concept::socket_life});
    }
    const std::string end =
        how == Waited::standstill ? "nothing more can come" : "nothing came for a long time";
    fail({.verdict = Verdict::no_reply,
          .says = missing +
                  (server_ ? " should come back from " + server_->to_string()
                           : " should come to " + address_.to_string()) +
                  ", but " + end});
}

void DatagramPeer::fail_of_sender(const Datagram& datagram) const {
    fail({.verdict = Verdict::output,
          .says = a_datagram(datagram.data.size()) + " came from " + datagram.from.to_string() +
                  "; it should come from " + server_->to_string() + ", where the test has sent to",
          .means = "answer with the socket that has received: a client takes an answer only from "
                   "the address that it has asked",
          .idea = Concept::datagrams});
}

void DatagramPeer::fail_of_difference(const Sender& sender, const std::vector<Bytes>& expected,
                                      const Bytes& got) {
    // Whether the rest of it comes in further ones is seen when no more come.
    (void)wait_until([&] { return overflows(); }, Deadline(patience::to_rest), Proof::at_rest);
    std::vector<Bytes> following;
    for (const Datagram& datagram : inbox_) {
        if (!sender || datagram.from == *sender) following.push_back(datagram.data);
    }
    fail_as_explained(wrong_datagram(likely_meant(expected, got), got,
                                     {.sent = sent_, .following = following, .came = came()}));
}

void DatagramPeer::fail_of_too_many() const {
    const Datagram& extra = inbox_.front();
    if (server_ && extra.from != *server_) fail_of_sender(extra);
    const bool again = std::find(answered_.begin(), answered_.end(), extra.data) != answered_.end();
    fail_as_explained({.verdict = Verdict::wrong_bytes,
                       .says = a_datagram(extra.data.size()) + ' ' + quote(extra.data) + ' ' +
                               came() + (again ? " once more" : ", where none is due"),
                       .means = "one datagram is answered by one datagram",
                       .idea = Concept::datagrams});
}

}  // namespace harness
