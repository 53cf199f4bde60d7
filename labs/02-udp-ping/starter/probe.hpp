#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// The clock that nobody sets: for everything that is measured or waited for.
using Clock = std::chrono::steady_clock;

/// What is sent, and comes back: `u32 id, u32 seq, u64 sent`, big-endian, then zeros.
struct Probe {
    std::uint32_t id = 0;      ///< of this run of the client
    std::uint32_t seq = 0;     ///< which probe it is, from 0
    Clock::time_point sent{};  ///< on the wire in nanoseconds; only who has sent it can read it
};

/// Bytes of a probe without the zeros behind it.
constexpr std::size_t probe_header_size = 16;

/// A probe as a datagram of `size` bytes, at least probe_header_size.
[[nodiscard]] std::vector<std::byte> encode(const Probe& probe, std::size_t size);

/// The probe in a datagram; std::nullopt if it is too short for one.
[[nodiscard]] std::optional<Probe> decode(std::span<const std::byte> datagram);
