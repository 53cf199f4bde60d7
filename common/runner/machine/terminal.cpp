#include "runner/machine/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <sstream>

namespace runner {
namespace {

std::size_t terminal_columns(int fd) {
    winsize size{};
    return ::ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

bool shows_colours() {
    static const bool shows = [] {
        const char* no_color = std::getenv("NO_COLOR");
        const char* term = std::getenv("TERM");
        const bool unwanted = no_color != nullptr && *no_color != '\0';
        const bool dumb = term == nullptr || std::string_view(term) == "dumb";
        return ::isatty(STDOUT_FILENO) == 1 && !unwanted && !dumb;
    }();
    return shows;
}

/// How long the escape is that begins at a backslash: "\\n", "\\\"", or "\\x7f".
std::size_t escape_length(std::string_view text, std::size_t at) {
    return text.substr(at, 2) == "\\x" ? 4 : 2;
}

/// `at`, or where the escape begins that would be cut there.
std::size_t before_escape(std::string_view text, std::size_t at) {
    for (std::size_t i = text.find('\\'); i < at; i = text.find('\\', i)) {
        const std::size_t end = i + escape_length(text, i);
        if (end > at) return i;
        i = end;
    }
    return at;
}

/// The same, but where that escape ends.
std::size_t behind_escape(std::string_view text, std::size_t at) {
    const std::size_t begin = before_escape(text, at);
    return begin == at ? at : std::min(text.size(), begin + escape_length(text, begin));
}

/// The byte where code point number `count` begins.
std::size_t offset_of(std::string_view text, std::size_t count) {
    std::size_t at = 0;
    while (at < text.size() && count > 0) {
        ++at;
        while (at < text.size() && continues(text[at])) ++at;
        --count;
    }
    return at;
}

}  // namespace

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

std::size_t line_width() {
    constexpr std::size_t usual = 80;
    constexpr std::size_t widest = 100;
    const std::size_t width = terminal_columns(STDOUT_FILENO);
    return width == 0 ? usual : std::clamp<std::size_t>(width, 40, widest);
}

std::string styled(Style style, std::string_view text) {
    static constexpr std::string_view codes[] = {"", "\033[32m", "\033[31m", "\033[2m", "\033[1m"};
    if (style == Style::plain || !shows_colours()) return std::string(text);
    return std::string(codes[static_cast<std::size_t>(style)]) + std::string(text) + "\033[0m";
}

std::size_t columns(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return !continues(c); }));
}

std::string fit(std::string_view text, std::size_t width) {
    const std::size_t length = columns(text);
    if (length <= width) return std::string(text) + std::string(width - length, ' ');
    if (width == 0) return {};
    const std::size_t tail = (width - 1) / 3;
    const std::size_t head = width - 1 - tail;
    const auto left = text.substr(0, before_escape(text, offset_of(text, head)));
    const auto right = text.substr(behind_escape(text, offset_of(text, length - tail)));
    const std::string cut = std::string(left) + "…" + std::string(right);
    return cut + std::string(width - columns(cut), ' ');
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
    std::vector<std::string> lines;
    while (columns(text) > width) {
        const std::size_t end = offset_of(text, width);
        const std::size_t blank = text.rfind(' ', end);
        const bool between_words = blank != std::string_view::npos && blank > 0;
        // An escape that is longer than the line is cut all the same.
        const std::size_t whole = before_escape(text, end);
        const std::size_t cut = between_words ? blank : whole > 0 ? whole : end;
        lines.emplace_back(text.substr(0, cut));
        text.remove_prefix(between_words ? blank + 1 : cut);
    }
    lines.emplace_back(text);
    return lines;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(std::move(line));
    return lines;
}

std::string entry(std::string_view name, const std::string& text, std::size_t indent,
                  std::size_t width) {
    if (text.empty()) return {};
    std::string result;
    for (const std::string& line : wrap(text, width - indent)) {
        result += (result.empty() ? "  " + fit(name, indent - 2) : std::string(indent, ' ')) +
                  line + '\n';
    }
    return result;
}

void ProgressLine::show(const std::string& text) {
    const std::size_t width = terminal_columns(STDERR_FILENO);
    if (::isatty(STDERR_FILENO) != 1 || width < 2) return;
    std::cerr << '\r' << fit(text, width - 1) << std::flush;
    shown_ = true;
}

void ProgressLine::clear() {
    if (shown_) std::cerr << "\r\033[K" << std::flush;
    shown_ = false;
}

}  // namespace runner
