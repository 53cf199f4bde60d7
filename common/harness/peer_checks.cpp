// What a test expects of a connection, and what it says when that does not come.

#include <algorithm>

#include "harness/difference.hpp"
#include "harness/peer.hpp"
#include "net/io.hpp"

namespace harness {
namespace {

using View = std::span<const std::byte>;

/// Where two byte strings differ first; the shorter one's length if they do not.
std::size_t first_difference(View left, View right) {
    const std::size_t n = std::min(left.size(), right.size());
    const auto end = left.begin() + static_cast<std::ptrdiff_t>(n);
    return static_cast<std::size_t>(std::mismatch(left.begin(), end, right.begin()).first -
                                    left.begin());
}

}  // namespace

void Peer::expect(View expected) {
    Deadline deadline(patience::to_answer);
    std::size_t seen = 0;
    std::size_t same = 0;
    const auto answered = [&] {
        if (unexpected().size() > seen) deadline.restart();
        seen = unexpected().size();
        const View fresh = unexpected().subspan(same);
        same += first_difference(fresh, expected.subspan(same));
        return same == expected.size() || same < seen || over();
    };
    const Waited how = wait_until(answered, deadline);
    if (same == expected.size()) {
        expected_ += expected.size();
        held();
    } else if (same < seen) {
        fail(wrong_byte(expected, unexpected(), same));
    } else {
        fail_to_receive(expected, how);
    }
}

void Peer::expect(std::string_view text) { expect(net::as_bytes(text)); }

void Peer::expect_end() {
    const Waited how =
        wait_until([&] { return over() || !unexpected().empty(); }, Deadline(patience::to_answer));
    if (!unexpected().empty()) fail(too_many_bytes(unexpected()));
    settle_end();
    if (reset_) {
        fail({.verdict = Verdict::reset,
              .says = "the connection was reset (RST); it should end (FIN)"});
    }
    if (how != Waited::done) {
        fail({.verdict = Verdict::no_reply, .says = "the connection is not closed"});
    }
    held();
}

void Peer::expect_open() {
    (void)wait_until([&] { return over(); }, Deadline(patience::to_answer), Proof::at_rest);
    if (over()) {
        settle_end();
        fail({.verdict = reset_ ? Verdict::reset : Verdict::closed_early,
              .says = std::string("the connection was ") +
                      (reset_ ? "reset (RST)" : "closed (FIN)") +
                      ", though the client has not finished"});
    }
    held();
}

void Peer::expect_nothing_more() {
    (void)wait_until([&] { return over() || !unexpected().empty(); }, Deadline(patience::to_answer),
                     Proof::at_rest);
    if (!unexpected().empty()) fail(too_many_bytes(unexpected()));
    held();
}

void Peer::fail_to_receive(View expected, Waited how) {
    settle_end();
    const std::size_t got = unexpected().size();
    if (reset_) fail(cut_short(expected, got, Verdict::reset, "the connection was reset (RST)"));
    if (ended_)
        fail(cut_short(expected, got, Verdict::closed_early, "the connection was closed (FIN)"));
    fail(cut_short(
        expected, got, Verdict::no_reply,
        how == Waited::standstill ? "nothing more can come" : "nothing more for a long time"));
}

}  // namespace harness
