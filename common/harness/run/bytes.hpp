#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace harness {

using Bytes = std::vector<std::byte>;

[[nodiscard]] Bytes bytes(std::string_view text);

/// `count` bytes drawn from the run's seed and the name of the test: the same in every run with
/// that seed. From four bytes on the second and the last one are zeros, and the one in the middle
/// is 0xff; the first one is never zero.
[[nodiscard]] Bytes random_bytes(std::size_t count);

/// A number from `low` to `high`, both included, drawn like random_bytes.
[[nodiscard]] std::size_t random_number(std::size_t low, std::size_t high);

/// So many bytes of a message stand in a transcript.
constexpr std::size_t shown_bytes = 12;

/// Bytes for people: `"GET /\r\n\x00"`. Beyond `limit` bytes the middle is left out.
[[nodiscard]] std::string quote(std::span<const std::byte> data, std::size_t limit = 24);

/// "1,048,576".
[[nodiscard]] std::string grouped(std::size_t number);

/// "1,048,576 bytes", "1 byte".
[[nodiscard]] std::string count_of_bytes(std::size_t count);

/// Output of a program as a sound UTF-8 text without control characters, newline and tab excepted.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace harness
