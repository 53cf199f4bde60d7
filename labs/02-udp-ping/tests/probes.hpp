#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "harness/run/bytes.hpp"
#include "harness/wire/datagram_peer.hpp"
#include "net/address.hpp"

/// What the test's side of a run of ping_client knows of its probes.
namespace pinging {

using Clock = std::chrono::steady_clock;

/// An hour in ms: where nothing may happen, and where every reply has to count.
inline const std::string hour = "3600000";

/// So often a probe that is not answered is sent with --reliable.
constexpr std::size_t most_tries = 5;

/// Bytes of the numbers that a probe begins with.
constexpr std::size_t header_size = 16;

/// A probe that the test has taken.
struct Probe {
    net::Address from;
    harness::Bytes data;
    Clock::time_point taken;

    [[nodiscard]] std::uint32_t id() const;
    [[nodiscard]] std::uint32_t seq() const;
    [[nodiscard]] std::chrono::nanoseconds sent() const;  ///< by the client's steady clock
};

/// The seq of a datagram on its way; 0 if it is too short for one.
[[nodiscard]] std::uint64_t seq_of(std::span<const std::byte> data);

/// The next datagram, whatever its numbers; fails when none comes, or one without room for them.
[[nodiscard]] Probe next_probe(harness::DatagramPeer& server);

/// Fails unless it is the probe with this number.
void expect_seq(const Probe& probe, std::uint32_t seq);

/// The next datagram; fails unless it is the probe with this number.
[[nodiscard]] Probe expect_probe(harness::DatagramPeer& server, std::uint32_t seq);

/// The next so many, from seq 0 on, in their order.
[[nodiscard]] std::vector<Probe> expect_probes(harness::DatagramPeer& server, std::uint32_t count);

/// Sends a probe back as it has come.
void answer(harness::DatagramPeer& server, const Probe& probe);

}  // namespace pinging
