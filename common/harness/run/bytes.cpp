#include "harness/run/bytes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <random>

#include "harness/run/test_run.hpp"
#include "net/io.hpp"

namespace harness {
namespace {

std::string escaped(std::byte value) {
    const auto c = static_cast<unsigned char>(value);
    if (c == '\n') return "\\n";
    if (c == '\r') return "\\r";
    if (c == '\t') return "\\t";
    if (c == '"' || c == '\\') return {'\\', static_cast<char>(c)};
    if (c >= 0x20 && c < 0x7f) return {static_cast<char>(c)};
    return fmt::format("\\x{:02x}", c);
}

std::string escaped(std::span<const std::byte> data) {
    std::string text;
    for (const std::byte value : data) text += escaped(value);
    return text;
}

struct ByteRange {
    unsigned char low;
    unsigned char high;

    [[nodiscard]] bool holds(char c) const {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= low && byte <= high;
    }
};

/// The well-formed byte sequences of UTF-8 (RFC 3629, 4): lead byte, second byte, length.
struct Utf8Form {
    ByteRange lead;
    ByteRange second;
    std::size_t length;
};

constexpr std::array utf8_forms{
    Utf8Form{{0xc2, 0xdf}, {0x80, 0xbf}, 2}, Utf8Form{{0xe0, 0xe0}, {0xa0, 0xbf}, 3},
    Utf8Form{{0xe1, 0xec}, {0x80, 0xbf}, 3}, Utf8Form{{0xed, 0xed}, {0x80, 0x9f}, 3},
    Utf8Form{{0xee, 0xef}, {0x80, 0xbf}, 3}, Utf8Form{{0xf0, 0xf0}, {0x90, 0xbf}, 4},
    Utf8Form{{0xf1, 0xf3}, {0x80, 0xbf}, 4}, Utf8Form{{0xf4, 0xf4}, {0x80, 0x8f}, 4},
};

/// The length of the UTF-8 sequence at the start of `text`, 0 if there is none.
std::size_t utf8_length(std::string_view text) {
    constexpr ByteRange continuation{0x80, 0xbf};
    if (static_cast<unsigned char>(text[0]) < 0x80) return 1;
    for (const Utf8Form& form : utf8_forms) {
        if (!form.lead.holds(text[0]) || text.size() < form.length || !form.second.holds(text[1])) {
            continue;
        }
        const auto rest = text.substr(2, form.length - 2);
        const bool whole =
            std::all_of(rest.begin(), rest.end(), [&](char c) { return continuation.holds(c); });
        return whole ? form.length : 0;
    }
    return 0;
}

}  // namespace

Bytes bytes(std::string_view text) {
    const auto view = net::as_bytes(text);
    return {view.begin(), view.end()};
}

Bytes random_bytes(std::size_t count) {
    Bytes data(count);
    // Eight at a time: some tests draw megabytes.
    for (std::size_t i = 0; i < count; i += sizeof(std::uint64_t)) {
        const std::uint64_t drawn = current_run().random()();
        std::memcpy(&data[i], &drawn, std::min(sizeof drawn, count - i));
    }
    if (count >= 3) {
        // Not the first one: whoever stops at a zero shall be told from whoever never begins.
        data.front() |= std::byte{1};
        data[1] = data.back() = std::byte{0};
        if (count >= 4) data[count / 2] = std::byte{0xff};
    }
    return data;
}

std::size_t random_number(std::size_t low, std::size_t high) {
    return std::uniform_int_distribution<std::size_t>(low, high)(current_run().random());
}

std::string quote(std::span<const std::byte> data, std::size_t limit) {
    if (data.size() <= limit) return '"' + escaped(data) + '"';
    const std::size_t half = limit / 2;
    return '"' + escaped(data.first(half)) + "\" … \"" + escaped(data.last(half)) + '"';
}

std::string grouped(std::size_t number) {
    std::string digits = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
        digits.insert(static_cast<std::size_t>(at), ",");
    }
    return digits;
}

std::string count_of_bytes(std::size_t count) {
    return grouped(count) + (count == 1 ? " byte" : " bytes");
}

std::string printable(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        const auto first = static_cast<unsigned char>(text[0]);
        const bool control =
            length == 1 && (first < 0x20 || first == 0x7f) && first != '\n' && first != '\t';
        // U+0080 to U+009F are control characters as well: some terminals obey them.
        const bool control_c1 =
            length == 2 && first == 0xc2 && static_cast<unsigned char>(text[1]) < 0xa0;
        if (length == 0 || control || control_c1) {
            result += fmt::format("\\x{:02x}", first);
            text.remove_prefix(1);
        } else {
            result += text.substr(0, length);
            text.remove_prefix(length);
        }
    }
    return result;
}

}  // namespace harness
