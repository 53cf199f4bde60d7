#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/run/bytes.hpp"
#include "harness/run/test_run.hpp"

namespace harness {

/// What came around a datagram that is wrong: from it one sees which mistake it is.
struct AroundDatagram {
    std::span<const Bytes> sent;       ///< by the test, in order, and not yet answered
    std::span<const Bytes> following;  ///< what came after it
    std::string came;                  ///< what datagrams did: "came back"
};

/// What is wrong with a datagram `got` where `expected` is due: it is cut, or a part of several, or
/// several in one, or longer, or another one, or a byte differs.
[[nodiscard]] Failure wrong_datagram(std::span<const std::byte> expected,
                                     std::span<const std::byte> got, const AroundDatagram& around);

/// Of several datagrams that are due, the one that `got` was most likely meant to be.
[[nodiscard]] const Bytes& likely_meant(const std::vector<Bytes>& expected,
                                        std::span<const std::byte> got);

/// "a datagram of 5 bytes", "an empty datagram".
[[nodiscard]] std::string a_datagram(std::size_t size);

}  // namespace harness
