#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <string_view>

namespace net {

/// Anything that gives some of the bytes it has: at least one, or 0 when no more will come.
template <typename T>
concept ByteSource = requires(T source, std::span<std::byte> buffer) {
    { source.recv_some(buffer) } -> std::same_as<std::size_t>;
};

/// Anything that takes some of the bytes offered to it, and at least one.
template <typename T>
concept ByteSink = requires(T sink, std::span<const std::byte> data) {
    { sink.send_some(data) } -> std::same_as<std::size_t>;
};

/// Fills `buffer`, however little `source` gives at a time, and blocks as long as it does.
/// Returns how many bytes were read: fewer than asked for only at the end of the stream,
/// so 0 is a clean end and anything between an end in the middle of something.
[[nodiscard]] std::size_t recv_exactly(ByteSource auto& source, std::span<std::byte> buffer) {
    std::size_t received = 0;
    while (received < buffer.size()) {
        const std::size_t n = source.recv_some(buffer.subspan(received));
        if (n == 0) break;
        received += n;
    }
    return received;
}

/// Writes all of `data`, however little `sink` takes at a time, and blocks as long as it does.
/// After an exception nobody knows how much was written: only closing is left.
void send_all(ByteSink auto& sink, std::span<const std::byte> data) {
    while (!data.empty()) data = data.subspan(sink.send_some(data));
}

/// The bytes of a text, which must outlive them.
[[nodiscard]] inline std::span<const std::byte> as_bytes(std::string_view text) noexcept {
    return std::as_bytes(std::span(text));
}

/// Bytes seen as text, NULs and all, without a check of their encoding. They must outlive it.
[[nodiscard]] inline std::string_view as_text(std::span<const std::byte> bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace net
