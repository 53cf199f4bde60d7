#include "runner/course/names.hpp"

#include <algorithm>

namespace runner {
namespace {

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z'); }

}  // namespace

bool is_words(std::string_view text) {
    char before = '-';
    for (const char c : text) {
        if (c == '-' ? before == '-' : !is_lower(c) && !is_digit(c)) return false;
        before = c;
    }
    return before != '-' && is_lower(text.front());
}

bool is_lab_id(std::string_view text) {
    return text.size() > 3 && is_digit(text[0]) && is_digit(text[1]) && text[2] == '-' &&
           text.substr(0, 2) != "00" && is_words(text.substr(3));
}

bool is_plain_name(std::string_view text) {
    return !text.empty() && text.front() != '-' &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '-'; });
}

bool is_main_file(std::string_view text) {
    return text.ends_with(".cpp") && is_plain_name(text.substr(0, text.size() - 4));
}

}  // namespace runner
