#include "harness/diagnosis/difference.hpp"

#include <algorithm>
#include <cstring>

#include "harness/run/bytes.hpp"

namespace harness {
namespace {

using View = std::span<const std::byte>;

/// The part of `data` around `at`, escaped, and the column where the byte at `at` begins.
struct Excerpt {
    std::string text;
    std::size_t column;
};

Excerpt excerpt(View data, std::size_t at) {
    constexpr std::size_t around = 5;
    const std::size_t first = at > around ? at - around : 0;
    const std::size_t last = std::min(data.size(), at + around);
    const std::string open = first > 0 ? "…\"" : "\"";
    const std::string before = quote(data.subspan(first, at - first), around);
    const std::string all = quote(data.subspan(first, last - first), 2 * around);
    // Without the quotation marks of quote(); the ellipsis is one column wide.
    return {.text = open + all.substr(1) + (last < data.size() ? "…" : ""),
            .column = (first > 0 ? 2 : 1) + before.size() - 2};
}

/// The bytes that came are those from the beginning once more.
bool starts_again(View expected, View got, std::size_t at) {
    constexpr std::size_t enough = 4;
    const std::size_t n = std::min(got.size() - at, std::size_t{64});
    return n >= enough &&
           std::equal(got.begin() + static_cast<std::ptrdiff_t>(at),
                      got.begin() + static_cast<std::ptrdiff_t>(at + n), expected.begin());
}

}  // namespace

std::size_t first_difference(View left, View right) {
    const std::size_t n = std::min(left.size(), right.size());
    if (n == 0 || std::memcmp(left.data(), right.data(), n) == 0) return n;
    const auto end = left.begin() + static_cast<std::ptrdiff_t>(n);
    return static_cast<std::size_t>(std::mismatch(left.begin(), end, right.begin()).first -
                                    left.begin());
}

Failure wrong_byte(View expected, View got, std::size_t at) {
    const Excerpt want = excerpt(expected, at);
    const Excerpt have = excerpt(got, at);
    Failure failure{
        .verdict = Verdict::wrong_bytes,
        .says = "byte " + grouped(at + 1) + " of " + count_of_bytes(expected.size()) + " differs",
        .details = {"expected  " + want.text, "received  " + have.text,
                    std::string(10 + have.column, ' ') + "^ byte " + std::to_string(at + 1)}};
    if (starts_again(expected, got, at)) {
        failure.means =
            "the beginning has come again: after a part has been sent, go on behind that part";
        failure.idea = Concept::sending;
    } else if (got[at] == std::byte{0}) {
        failure.means =
            "a zero byte that nobody sent: count in bytes received, as recv returns them; the rest "
            "of a "
            "buffer is not data";
        failure.idea = Concept::bytes;
    }
    return failure;
}

Failure too_many_bytes(View extra) {
    return {.verdict = Verdict::wrong_bytes,
            .says = count_of_bytes(extra.size()) + " more than are due: " + quote(extra),
            .means =
                "you returned more than you received: send as many bytes as recv returned, not as "
                "many as the "
                "buffer holds",
            .idea = Concept::bytes};
}

Failure cut_short(View expected, std::size_t got, const std::string& came, Verdict verdict,
                  const std::string& says) {
    const std::string count = got == 0 ? "nothing of " + count_of_bytes(expected.size())
                                       : grouped(got) + " of " + count_of_bytes(expected.size());
    Failure failure{.verdict = verdict, .says = count + ' ' + came + ", then " + says};
    if (verdict == Verdict::reset) {
        failure.means =
            got == 0 ? "a connection is reset when it is closed before what has come was "
                       "received: receive from the socket that accept returned"
                     : "a connection is reset when it is closed before all that has come was "
                       "received: receive more, or with more room";
    }
    if (verdict == Verdict::no_reply && got > 0 && expected[got] == std::byte{0} &&
        got + 1 < expected.size()) {
        failure.means =
            "the answer stops at a zero byte: bytes from the network are not a C string; use the "
            "count "
            "that recv returns, not strlen";
        failure.idea = Concept::bytes;
    }
    return failure;
}

}  // namespace harness
