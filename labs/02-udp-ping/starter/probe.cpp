#include "probe.hpp"

#include "program/todo.hpp"

std::vector<std::byte> encode(const Probe& probe, std::size_t size) {
    std::vector<std::byte> datagram(size);
    // Achieve: the three numbers stand in the first 16 bytes, the most significant byte of each
    // first.
    TODO("probe", probe);
    return datagram;
}

std::optional<Probe> decode(std::span<const std::byte> datagram) {
    // Achieve: the same backwards.
    TODO("timeout", datagram);
    return std::nullopt;
}
