#include "runner/course/strict_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <vector>

namespace runner {
namespace {

using Json = nlohmann::ordered_json;

bool is_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '-';
}

/// Counts what the parser has read, so that a key can be placed: nlohmann's callbacks do not say.
class CountingIterator {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    CountingIterator(const char* at, std::size_t* count) : at_(at), count_(count) {}
    reference operator*() const { return *at_; }
    CountingIterator& operator++() {
        ++at_;
        ++*count_;
        return *this;
    }
    bool operator==(const CountingIterator& other) const { return at_ == other.at_; }
    bool operator!=(const CountingIterator& other) const { return at_ != other.at_; }

private:
    const char* at_;
    std::size_t* count_;
};

/// "line 7, column 3" of a byte; a column is a character of UTF-8.
std::string place(std::string_view text, std::size_t byte) {
    const auto before = text.substr(0, byte);
    const auto line = before.substr(before.rfind('\n') + 1);  // npos + 1 is 0
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; };
    return fmt::format(
        "line {}, column {}", std::count(before.begin(), before.end(), '\n') + 1,
        line.size() + 1 -
            static_cast<std::size_t>(std::count_if(line.begin(), line.end(), continues)));
}

/// Where the token begins whose last byte is `at`: the parser tells only its end.
std::size_t token_start(std::string_view text, std::size_t at) {
    if (text[at] != '"') {
        while (at > 0 && is_word(text[at]) && is_word(text[at - 1])) --at;
    } else if (at > 0) {
        // A quote inside a string stands behind a backslash, the opening one does not.
        do --at;
        while (at > 0 && (text[at] != '"' || text[at - 1] == '\\'));
    }
    return at;
}

/// The parser's words, in those of a person who edits a file. The first that matches counts.
std::string plainly(std::string_view said) {
    constexpr std::array<std::array<std::string_view, 2>, 8> phrases{{
        {"unexpected end of input", "the file ends too early: a bracket or a quote is not closed"},
        {"expected end of input", "nothing may follow the last '}'"},
        {"while parsing object -", "expected ',' or '}' after a value"},
        {"while parsing array -", "expected ',' or ']' after a value"},
        {"while parsing object key -",
         "expected a key in double quotes; is there a comma too many?"},
        {"while parsing object separator -", "expected ':' after a key"},
        {"value - unexpected", "expected a value; is there a comma too many?"},
        {"value - invalid literal", "texts stand in double quotes, and JSON has no comments"},
    }};
    const auto reason = said.substr(said.find(" - ") + 3);
    const auto detail = reason.substr(0, reason.find(';'));
    for (const auto& [theirs, ours] : phrases) {
        if (said.find(theirs) != std::string_view::npos)
            return fmt::format("{} ({})", ours, detail);
    }
    return std::string(detail);
}

[[noreturn]] void refuse_syntax(std::string_view text, const Json::parse_error& error) {
    const std::string_view said = error.what();
    const auto last = std::min(error.byte, text.size() + 1) - 1;
    const bool whole_token =
        said.find("unexpected") != std::string_view::npos && last < text.size();
    throw JsonError(place(text, whole_token ? token_start(text, last) : last) + ": " +
                    plainly(said));
}

}  // namespace

Json parse_strictly(std::string_view text) {
    std::size_t read = 0;
    std::vector<std::set<std::string>> keys;
    const auto check_key = [&](int /*depth*/, Json::parse_event_t event, const Json& parsed) {
        if (event == Json::parse_event_t::object_start) keys.emplace_back();
        if (event == Json::parse_event_t::object_end) keys.pop_back();
        if (event == Json::parse_event_t::key && !keys.back().insert(parsed).second) {
            throw JsonError(fmt::format("{}: the key {:?} stands twice in one object",
                                        place(text, token_start(text, read - 1)),
                                        parsed.get<std::string>()));
        }
        return true;
    };
    try {
        return Json::parse(CountingIterator(text.data(), &read),
                           CountingIterator(text.data() + text.size(), &read), check_key);
    } catch (const Json::parse_error& error) {
        refuse_syntax(text, error);
    } catch (const Json::out_of_range& error) {
        // "[json.exception.out_of_range.406] number overflow parsing '1e999'"
        const std::string_view said = error.what();
        throw JsonError(std::string(said.substr(said.find("] ") + 2)));
    }
}

}  // namespace runner
