#include "probe.hpp"

namespace {

constexpr unsigned bits_of_a_byte = 8;

/// Writes `value` into `field`, the most significant byte first.
void put(std::span<std::byte> field, std::uint64_t value) {
    for (std::size_t i = field.size(); i-- > 0; value >>= bits_of_a_byte) {
        field[i] = static_cast<std::byte>(value);
    }
}

std::uint64_t get(std::span<const std::byte> field) {
    std::uint64_t value = 0;
    for (const std::byte byte : field) {
        value = value << bits_of_a_byte | std::to_integer<std::uint64_t>(byte);
    }
    return value;
}

}  // namespace

std::vector<std::byte> encode(const Probe& probe, std::size_t size) {
    std::vector<std::byte> datagram(size);
    const auto all = std::span(datagram);
    const std::chrono::nanoseconds sent = probe.sent.time_since_epoch();
    put(all.subspan(0, 4), probe.id);
    put(all.subspan(4, 4), probe.seq);
    put(all.subspan(8, 8), static_cast<std::uint64_t>(sent.count()));
    return datagram;
}

std::optional<Probe> decode(std::span<const std::byte> datagram) {
    if (datagram.size() < probe_header_size) return std::nullopt;
    const std::chrono::nanoseconds sent(static_cast<std::int64_t>(get(datagram.subspan(8, 8))));
    return Probe{.id = static_cast<std::uint32_t>(get(datagram.subspan(0, 4))),
                 .seq = static_cast<std::uint32_t>(get(datagram.subspan(4, 4))),
                 .sent = Clock::time_point(sent)};
}
