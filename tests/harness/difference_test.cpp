#include "harness/diagnosis/difference.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "harness/run/bytes.hpp"
#include "net/io.hpp"

using namespace harness;
using Catch::Matchers::ContainsSubstring;

namespace {

/// The column of the caret's line points at this character of the line above.
char under_caret(const Failure& failure) {
    // "…" is one column, but three bytes.
    std::string received = failure.details.at(1);
    if (const auto at = received.find("…"); at != std::string::npos) received.replace(at, 3, ".");
    return received.at(failure.details.at(2).find('^'));
}

}  // namespace

TEST_CASE("a byte that differs stands over a caret", "[difference]") {
    const auto near = wrong_byte(bytes("abcdef"), bytes("abcXef"), 3);
    CHECK(near.verdict == Verdict::wrong_bytes);
    CHECK(near.says == "byte 4 of 6 bytes differs");
    CHECK(under_caret(near) == 'X');

    const auto far =
        wrong_byte(bytes("abcdefghijklmnopqrstuvwxyz"), bytes("abcdefghijklmnopqrsXuvwxyz"), 19);
    CHECK(under_caret(far) == 'X');

    const auto escaped = wrong_byte(bytes("a\n\n\nb"), bytes("a\n\n\nX"), 4);
    CHECK(under_caret(escaped) == 'X');
}

TEST_CASE("a beginning that comes again is told as such", "[difference]") {
    const auto failure = wrong_byte(bytes("abcdefghij"), bytes("abcdeabcde"), 5);
    CHECK_THAT(failure.means, ContainsSubstring("the beginning has come again"));
    CHECK(failure.idea == Concept::sending);
}

TEST_CASE("bytes beyond what is due are counted", "[difference]") {
    const auto failure = too_many_bytes(bytes("xyz"));
    CHECK_THAT(failure.says, ContainsSubstring("3 bytes more than are due"));
    CHECK_THAT(failure.means, ContainsSubstring("not as many as the buffer holds"));
}

TEST_CASE("an answer that stops at a zero byte points to strlen", "[difference]") {
    const auto expected = net::as_bytes(std::string_view("ab\0cd", 5));
    CHECK_THAT(cut_short(expected, 2, "came back", Verdict::no_reply, "nothing more").means,
               ContainsSubstring("strlen"));
    CHECK(cut_short(expected, 1, "came back", Verdict::no_reply, "nothing more").means.empty());
    CHECK(cut_short(expected, 2, "came back", Verdict::closed_early, "the end").means.empty());
    CHECK(cut_short(expected, 0, "came back", Verdict::closed_early, "the end").says ==
          "nothing of 5 bytes came back, then the end");
}
