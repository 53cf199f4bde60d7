// What a test expects of a connection, and what it says when that does not come.

#include <algorithm>

#include "harness/diagnosis/difference.hpp"
#include "harness/wire/peer.hpp"
#include "net/io.hpp"

namespace harness {
namespace {

using View = std::span<const std::byte>;

}  // namespace

void Peer::expect(View expected) {
    appetite_ = everything;
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
    if (!unexpected().empty()) fail_of_too_many();
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
    if (!unexpected().empty()) fail_of_too_many();
    held();
}

void Peer::fail_of_too_many() {
    Failure failure = too_many_bytes(unexpected());
    // A client has not received what it sends: why it sends too much, the test explains.
    if (opened_ == Opened::by_program) {
        failure.means.clear();
        failure.idea.reset();
    }
    fail(std::move(failure));
}

void Peer::fail_to_receive(View expected, Waited how) {
    settle_end();
    const std::size_t got = unexpected().size();
    const std::string came = opened_ == Opened::by_test ? "came back" : "came";
    if (reset_) {
        Failure failure =
            cut_short(expected, got, came, Verdict::reset, "the connection was reset (RST)");
        // Where a test is about something else, a reset has other causes: the test explains.
        const Concept idea = current_run().idea();
        if (current_run().explains() && (idea < Concept::streams || idea > Concept::bytes))
            failure.means.clear();
        fail(std::move(failure));
    }
    if (ended_) {
        fail(cut_short(expected, got, came, Verdict::closed_early,
                       "the connection was closed (FIN)"));
    }
    fail(cut_short(
        expected, got, came, Verdict::no_reply,
        how == Waited::standstill ? "nothing more can come" : "nothing more for a long time"));
}

}  // namespace harness
