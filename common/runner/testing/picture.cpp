#include "runner/testing/picture.hpp"

#include <fmt/format.h>

#include <sstream>

#include "runner/machine/terminal.hpp"

namespace runner {
namespace {

/// The conversation in two columns: left what the test did, right what the program did.
class Conversation {
public:
    Conversation(const TestRecord& record, std::string program, std::size_t width)
        : record_(record), program_(std::move(program)) {
        constexpr std::size_t frame = 2 + 6 + 1 + 4;  // margin, time, gap, arrow
        const std::size_t columns = width - frame;
        left_ = columns * 2 / 5;
        right_ = columns - left_;
    }

    [[nodiscard]] std::string draw() const {
        constexpr std::size_t head = 4;
        constexpr std::size_t tail = 10;
        const auto& events = record_.events;
        std::string text =
            "  " + fit("the test did", 7 + left_) + "    your " + program_ + " did\n";
        for (std::size_t i = 0; i < events.size(); ++i) {
            if (events.size() > head + tail + 1 && i == head) {
                i = events.size() - tail;
                text += fmt::format("         … {} steps left out …\n", i - head);
            }
            text += row(events[i]);
        }
        return text;
    }

private:
    /// An event takes two lines at the most: of a longer one the middle is left out.
    [[nodiscard]] std::string row(const Event& event) const {
        const std::size_t room = event.by_program ? right_ : left_;
        const auto lines =
            wrap(columns(event.what) > 2 * room ? fit(event.what, 2 * room) : event.what, room);
        const std::string time =
            fmt::format("{:6.3f}", static_cast<double>(event.at.count()) / 1e6);
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

    const TestRecord& record_;
    std::string program_;
    std::size_t left_;
    std::size_t right_;
};

/// "  says    the text, wrapped, its further lines under its first one".
std::string entry(std::string_view name, const std::string& text, std::size_t width) {
    constexpr std::size_t indent = 10;
    if (text.empty()) return {};
    std::string result;
    for (const std::string& line : wrap(text, width - indent)) {
        result += (result.empty() ? "  " + fit(name, indent - 2) : std::string(indent, ' ')) +
                  line + '\n';
    }
    return result;
}

/// A program's own words, marked as such; the last ones if there are many.
std::string words_of(const std::string& program, std::string_view stream, const std::string& text,
                     std::size_t width) {
    constexpr std::size_t most = 8;
    if (text.empty()) return {};
    std::vector<std::string> lines;
    std::istringstream all(text);
    for (std::string line; std::getline(all, line);) {
        // A mark of a later stage is no news, and one of this stage would have made it NOT_STARTED.
        if (!line.ends_with(" is not written yet")) lines.push_back(std::move(line));
    }
    if (lines.empty()) return {};
    std::string result = fmt::format("  {} wrote on {}:\n", program, stream);
    const std::size_t first = lines.size() > most ? lines.size() - most : 0;
    if (first > 0) result += fmt::format("  │ … {} lines before …\n", first);
    for (std::size_t i = first; i < lines.size(); ++i) {
        const std::string shown =
            columns(lines[i]) > width - 4 ? fit(lines[i], width - 4) : lines[i];
        result += "  │ " + shown + '\n';
    }
    return result;
}

bool is_announcement(const std::string& text) {
    return text.starts_with("listening on ") && text.find('\n') == text.size() - 1;
}

}  // namespace

std::string number_of(const Lab& lab, const Stage& stage) {
    return fmt::format("{}.{}", lab.number(), &stage - lab.stages.data() + 1);
}

std::string headline(const Lab& lab, const StageResult& result, std::size_t width) {
    const bool passed = result.verdict == "PASS";
    const bool open = result.verdict == "NOT_STARTED";
    const std::string sign = passed ? styled(Style::good, "✓")
                             : open ? "·"
                                    : styled(Style::bad, "✗");
    const std::string title = number_of(lab, *result.stage) + ' ' + result.stage->title;
    const std::size_t room = width - 2 - columns(result.verdict) - 1;
    return sign + ' ' + styled(Style::strong, fit(title, room)) + ' ' +
           styled(passed ? Style::good
                  : open ? Style::plain
                         : Style::bad,
                  result.verdict) +
           '\n';
}

std::string draw_failure(const Lab& lab, const StageResult& result, std::size_t width) {
    const TestRecord& told = result.told;
    const std::string handout = "labs/" + lab.id + "/README.md#" + result.stage->id;
    std::string text = headline(lab, result, width);
    text += entry("claim", told.test, width);
    const std::string& program = told.program.empty() ? result.stage->program : told.program;
    if (!told.events.empty()) text += Conversation(told, program, width).draw();
    text += entry("seen", told.says, width);
    for (const std::string& detail : told.details) text += "          " + detail + '\n';
    for (const ProgramOutput& output : told.outputs) {
        const std::string name = (output.is_students ? "your " : "") + output.program;
        if (!is_announcement(output.out)) text += words_of(name, "stdout", output.out, width);
        // A sanitizer's report has been told already, cut to what matters.
        if (told.verdict != "SANITIZER") text += words_of(name, "stderr", output.err, width);
    }
    text += entry("means", told.means, width);
    text += entry("look", handout, width);
    text +=
        entry("hint", fmt::format("./lab hint {:02} {}", lab.number(), result.stage->id), width);
    text += entry(
        "again",
        fmt::format("./lab test {:02} {} --seed {}", lab.number(), result.stage->id, result.seed),
        width);
    return text;
}

}  // namespace runner
