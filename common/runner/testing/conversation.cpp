#include "runner/testing/conversation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "runner/machine/terminal.hpp"

namespace runner {

Conversation::Conversation(const TestRecord& record, std::string program, std::size_t width)
    : record_(record), program_(std::move(program)) {
    constexpr std::size_t frame = 2 + 6 + 1 + 4;  // margin, time, gap, arrow
    const std::size_t columns = width - frame;
    left_ = columns * 2 / 5;
    right_ = columns - left_;
}

std::string Conversation::draw(std::size_t head, std::size_t tail) const {
    const auto& events = record_.events;
    const std::string title = "your " + program_ + " did";
    std::string text = "  " + fit("the test did", 7 + left_) + "    " +
                       (columns(title) > right_ ? fit(title, right_) : title) + '\n';
    for (std::size_t i = 0; i < events.size(); ++i) {
        if (events.size() > head + tail + 1 && i == head) {
            i = events.size() - tail;
            text += fmt::format("         … {} steps left out …\n", i - head);
        }
        text += row(events[i]);
    }
    return text;
}

std::vector<std::string> Conversation::draw_in(std::size_t rows) const {
    for (std::size_t steps = std::min(record_.events.size(), rows); steps > 1; --steps) {
        auto lines = lines_of(draw(steps / 4, steps - steps / 4));
        if (lines.size() <= rows) return lines;
    }
    return lines_of(draw(0, 1));
}

/// An event takes two lines at the most: of a longer one the middle is left out.
std::string Conversation::row(const Event& event) const {
    const std::size_t room = event.by_program ? right_ : left_;
    const auto lines =
        wrap(columns(event.what) > 2 * room ? fit(event.what, 2 * room) : event.what, room);
    const std::string time = fmt::format("{:6.3f}", static_cast<double>(event.at.count()) / 1e6);
    std::string text;
    for (const std::string& line : lines) {
        const bool first = &line == &lines.front();
        text += "  " + (first ? styled(Style::dim, time) : fit("", time.size())) + ' ';
        text += event.by_program ? fit("", left_) + (first ? "  ← " : "    ") + line
                : first          ? fit(line, left_) + "  →"
                                 : line;
        text += '\n';
    }
    return text;
}

}  // namespace runner
