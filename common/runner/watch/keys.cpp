#include "runner/watch/keys.hpp"

#include <algorithm>

namespace runner {
namespace {

Key key_of(char c) {
    switch (c) {
        case 'n':
        case 'N':
            return Key::next;
        case 'h':
        case 'H':
            return Key::hint;
        case 'l':
        case 'L':
            return Key::list;
        case 'q':
        case 'Q':
            return Key::quit;
        case ' ':
        case '\r':
        case '\n':
            return Key::test;
        default:
            return Key::unknown;
    }
}

Key key_of_sequence(std::string_view sequence) {
    if (sequence == "A") return Key::up;
    if (sequence == "B") return Key::down;
    if (sequence == "5~") return Key::page_up;
    if (sequence == "6~") return Key::page_down;
    return Key::unknown;
}

bool ends_sequence(char c) { return c >= 0x40 && c <= 0x7e; }

/// Takes the key at the beginning of `typed` away.
Key take_key(std::string_view& typed) {
    if (typed.starts_with("\033[") || typed.starts_with("\033O")) {
        std::size_t last = 2;
        while (last < typed.size() && !ends_sequence(typed[last])) ++last;
        const Key key = key_of_sequence(typed.substr(2, last - 1));
        typed.remove_prefix(std::min(last + 1, typed.size()));
        return key;
    }
    const char c = typed.front();
    typed.remove_prefix(1);
    // The rest of a letter that takes several bytes.
    while (!typed.empty() && (static_cast<unsigned char>(typed.front()) & 0xc0U) == 0x80U)
        typed.remove_prefix(1);
    return c == '\033' ? Key::back : key_of(c);
}

}  // namespace

std::vector<Key> keys_in(std::string_view typed) {
    std::vector<Key> keys;
    while (!typed.empty()) keys.push_back(take_key(typed));
    return keys;
}

}  // namespace runner
