#include "runner/machine/screen.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <string_view>

#include "runner/machine/terminal.hpp"

namespace runner {
namespace {

constexpr const char* to_first_line = "\033[H";
constexpr const char* rest_of_line = "\033[0m\033[K";

/// Writes all of it, unless the terminal has gone.
void put(std::string_view text) {
    while (!text.empty()) {
        const auto n = ::write(STDOUT_FILENO, text.data(), text.size());
        if (n == -1 && errno != EINTR && errno != EAGAIN) return;
        if (n > 0) text.remove_prefix(static_cast<std::size_t>(n));
    }
}

bool is_in_foreground() {
    const pid_t group = ::tcgetpgrp(STDIN_FILENO);
    return group == -1 || group == ::getpgrp();
}

/// The bytes of the colour that begins here: "\033[31m"; 0 if none does.
std::size_t colour_at(std::string_view text) {
    if (!text.starts_with("\033[")) return 0;
    const auto end = text.find_first_not_of("0123456789;", 2);
    return end != std::string_view::npos && text[end] == 'm' ? end + 1 : 0;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

}  // namespace

std::string fit_screen(const std::string& line, std::size_t width) {
    constexpr std::size_t tabulator = 8;
    std::string shown;
    std::size_t column = 0;
    for (std::size_t i = 0; i < line.size();) {
        const char c = line[i];
        const std::size_t colour = colour_at(std::string_view(line).substr(i));
        if (colour > 0) {
            shown.append(line, i, colour);
        } else if (continues(c)) {
            shown += c;
        } else if (column == width) {
            return shown;
        } else if (c == '\t') {
            const std::size_t stop = std::min(width, (column / tabulator + 1) * tabulator);
            shown.append(stop - column, ' ');
            column = stop;
        } else {
            shown += is_control(c) ? "·" : std::string(1, c);
            ++column;
        }
        i += std::max<std::size_t>(colour, 1);
    }
    return shown;
}

bool Screen::is_possible() {
    const char* term = std::getenv("TERM");
    return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1 && term != nullptr &&
           *term != '\0' && std::string_view(term) != "dumb";
}

Screen::Screen()
    : at_end_([this] {
          // Whoever shows something may be stuck in that: the end does not wait for it for ever.
          const std::unique_lock lock(mutex_, std::chrono::seconds(1));
          ended_ = true;
          give_back_locked();
      }) {
    hold();
}

Screen::~Screen() { give_back(); }

bool Screen::hold() {
    const std::scoped_lock lock(mutex_);
    if (ended_ || !is_in_foreground()) {
        ours_ = false;
    } else if (!ours_) {
        take();
    }
    return ours_;
}

void Screen::lose() {
    const std::scoped_lock lock(mutex_);
    ours_ = false;
}

void Screen::take() {
    if (!before_) {
        before_.emplace();
        ::tcgetattr(STDIN_FILENO, &*before_);
    }
    termios raw = *before_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    raw.c_iflag &= ~static_cast<tcflag_t>(IXON);  // Ctrl-S is a habit, and would freeze us
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    ours_ = ::tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
    if (ours_) put(std::string(size().rows, '\n'));
}

void Screen::give_back() {
    const std::scoped_lock lock(mutex_);
    give_back_locked();
}

void Screen::give_back_locked() {
    if (!ours_) return;
    ours_ = false;
    if (!is_in_foreground()) return;
    put("\033[" + std::to_string(size().rows) + ";1H" + rest_of_line);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &*before_);
}

Screen::Size Screen::size() {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == -1 || size.ws_col == 0 || size.ws_row == 0)
        return {.columns = 80, .rows = 24};
    return {.columns = size.ws_col, .rows = size.ws_row};
}

void Screen::show(const std::vector<std::string>& lines, const std::string& bottom) {
    const Size window = size();
    std::string text = to_first_line;
    for (std::size_t row = 0; row + 1 < window.rows; ++row) {
        if (row < lines.size()) text += fit_screen(lines[row], window.columns);
        text += std::string(rest_of_line) + "\r\n";
    }
    // The last column stays empty: some terminals go to the next line there.
    text += fit_screen(bottom, window.columns - 1) + rest_of_line;
    const std::scoped_lock lock(mutex_);
    if (ours_ && is_in_foreground()) put(text);
}

std::string Screen::read_keys() {
    std::array<char, 64> buffer{};
    ssize_t n = 0;
    do {
        n = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    } while (n == -1 && errno == EINTR);
    return n > 0 ? std::string(buffer.data(), static_cast<std::size_t>(n)) : std::string();
}

}  // namespace runner
