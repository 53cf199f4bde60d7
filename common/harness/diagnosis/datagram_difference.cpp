#include "harness/diagnosis/datagram_difference.hpp"

#include <algorithm>

#include "harness/diagnosis/difference.hpp"

namespace harness {
namespace {

using View = std::span<const std::byte>;

bool same(View left, View right) {
    return left.size() == right.size() && first_difference(left, right) == left.size();
}

bool begins_with(View data, View start) {
    return data.size() >= start.size() && first_difference(data, start) == start.size();
}

bool is_one_of(std::span<const Bytes> list, View data) {
    return std::any_of(list.begin(), list.end(),
                       [&](const Bytes& item) { return same(item, data); });
}

/// How many of `parts`, put together in order, are `whole`; 0: they are not.
std::size_t parts_of(View whole, std::span<const Bytes> parts) {
    std::size_t count = 0;
    for (const Bytes& part : parts) {
        if (whole.empty() || part.empty() || !begins_with(whole, part)) break;
        whole = whole.subspan(part.size());
        ++count;
    }
    return whole.empty() ? count : 0;
}

/// The same, beginning with the first of them that is `first`.
std::size_t parts_of(View whole, View first, std::span<const Bytes> parts) {
    while (!parts.empty() && !same(parts.front(), first)) parts = parts.subspan(1);
    return parts_of(whole, parts);
}

Failure wrong(std::string says, std::string means) {
    return {.verdict = Verdict::wrong_bytes,
            .says = std::move(says),
            .means = std::move(means),
            .idea = Concept::datagrams};
}

Failure of_another(View expected, View got, const AroundDatagram& around) {
    return wrong(a_datagram(got.size()) + ' ' + quote(got) + ' ' + around.came + ", where " +
                     a_datagram(expected.size()) + ' ' + quote(expected) + " is due",
                 expected.empty() ? "a datagram of 0 bytes is a message like any other: recvfrom "
                                    "returns 0, and that is no end and no error"
                                  : "it is the answer to another datagram");
}

Failure of_short(View expected, View got, const AroundDatagram& around) {
    const std::string due = grouped(expected.size()) + " bytes";
    if (const auto more = parts_of(expected.subspan(got.size()), around.following); more > 0) {
        return wrong("a datagram of " + due + ' ' + around.came + " as " +
                         std::to_string(more + 1) + ", the first of " + count_of_bytes(got.size()),
                     "datagrams are whole messages: one sendto for each recvfrom, with all that it "
                     "returned");
    }
    if (got.empty()) {
        return wrong("an empty datagram " + around.came + ", where one of " + due + " is due",
                     "send as many bytes as recvfrom returned");
    }
    const std::string says =
        "only the first " + grouped(got.size()) + " of " + due + ' ' + around.came;
    if (expected[got.size()] == std::byte{0}) {
        Failure failure = wrong(says,
                                "it stops at a zero byte: bytes from the network are not a C "
                                "string; use the count that recvfrom returns, not strlen");
        failure.idea = Concept::bytes;
        return failure;
    }
    return wrong(says,
                 "what is longer than the buffer that recvfrom is given is cut, and its rest "
                 "lost for ever: give it room for the longest datagram: 65,535 bytes are enough");
}

Failure of_long(View expected, View got, const AroundDatagram& around) {
    if (const auto count = parts_of(got, expected, around.sent); count > 1) {
        return wrong(
            std::to_string(count) + " datagrams, the first of " + count_of_bytes(expected.size()) +
                ", " + around.came + " as one of " + count_of_bytes(got.size()),
            "each recvfrom returns one datagram, and each is answered by itself: what came "
            "is not collected, as from a stream");
    }
    Failure failure = too_many_bytes(got.subspan(expected.size()));
    failure.says = "in " + a_datagram(got.size()) + ' ' + failure.says;
    return failure;
}

}  // namespace

Failure wrong_datagram(View expected, View got, const AroundDatagram& around) {
    if (is_one_of(around.sent, got)) return of_another(expected, got, around);
    const std::size_t at = first_difference(expected, got);
    if (at == got.size()) return of_short(expected, got, around);
    if (at == expected.size()) return of_long(expected, got, around);
    Failure failure = wrong_byte(expected, got, at);
    if (got.size() != expected.size()) {
        failure.says += "; " + a_datagram(got.size()) + ' ' + around.came;
    }
    return failure;
}

const Bytes& likely_meant(const std::vector<Bytes>& expected, View got) {
    const auto closest = std::max_element(
        expected.begin(), expected.end(), [&](const Bytes& left, const Bytes& right) {
            return first_difference(left, got) < first_difference(right, got);
        });
    return *closest;
}

std::string a_datagram(std::size_t size) {
    return size == 0 ? "an empty datagram" : "a datagram of " + count_of_bytes(size);
}

}  // namespace harness
