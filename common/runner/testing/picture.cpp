#include "runner/testing/picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "runner/machine/terminal.hpp"
#include "runner/testing/conversation.hpp"

namespace runner {
namespace {

/// A program's own words, marked as such; the last ones if there are many.
std::string words_of(const std::string& program, std::string_view stream, const std::string& text,
                     std::size_t width) {
    constexpr std::size_t most = 8;
    if (text.empty()) return {};
    auto lines = lines_of(text);
    // A mark of a later stage is no news, and one of this stage would have made it NOT_STARTED.
    std::erase_if(lines, [](const auto& line) { return line.ends_with(" is not written yet"); });
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

/// The parts of the picture of a failure, in the order of reading.
class Failure {
public:
    Failure(const Lab& lab, const StageResult& result, std::size_t width)
        : lab_(lab), result_(result), told_(result.told), width_(width) {}

    [[nodiscard]] std::string headline() const { return runner::headline(lab_, result_, width_); }
    [[nodiscard]] std::string claim() const { return part("claim", told_.test); }
    [[nodiscard]] std::string conversation() const {
        return told_.events.empty() ? "" : drawn_conversation().draw();
    }
    [[nodiscard]] std::vector<std::string> conversation_in(std::size_t rows) const {
        if (told_.events.empty() || rows == 0) return {};
        return drawn_conversation().draw_in(rows);
    }
    [[nodiscard]] std::string seen() const {
        std::string text = part("seen", told_.says);
        for (const std::string& detail : told_.details) text += "          " + detail + '\n';
        return text;
    }
    [[nodiscard]] std::string words() const {
        std::string text;
        for (const ProgramOutput& output : told_.outputs) {
            const std::string name = (output.is_students ? "your " : "") + output.program;
            if (!is_announcement(output.out)) text += words_of(name, "stdout", output.out, width_);
            // A sanitizer's report has been told already, cut to what matters.
            if (told_.verdict != "SANITIZER") text += words_of(name, "stderr", output.err, width_);
        }
        return text;
    }
    [[nodiscard]] std::string means() const { return part("means", told_.means); }
    [[nodiscard]] std::string look() const {
        return part("look", "labs/" + lab_.id + "/README.md#" + result_.stage->id);
    }
    [[nodiscard]] std::string hint() const {
        return part("hint", fmt::format("./lab hint {:02} {}", lab_.number(), result_.stage->id));
    }
    [[nodiscard]] std::string again() const {
        return part("again", fmt::format("./lab test {:02} {} --seed {}", lab_.number(),
                                         result_.stage->id, result_.seed));
    }

private:
    [[nodiscard]] std::string part(std::string_view name, const std::string& text) const {
        return entry(name, text, 10, width_);
    }

    [[nodiscard]] Conversation drawn_conversation() const {
        return {told_, told_.program.empty() ? result_.stage->program : told_.program, width_};
    }

    const Lab& lab_;
    const StageResult& result_;
    const TestRecord& told_;
    std::size_t width_;
};

/// At most so many lines, the last ones, and a line that says that there were more.
std::vector<std::string> last_of(const std::vector<std::string>& lines, std::size_t rows) {
    if (lines.size() <= rows) return lines;
    if (rows == 0) return {};
    std::vector<std::string> last(lines.end() - static_cast<std::ptrdiff_t>(rows - 1), lines.end());
    last.insert(last.begin(), fmt::format("  … {} lines left out …", lines.size() - rows + 1));
    return last;
}

/// Fits a failure into a number of lines, by parts that give up some.
class Fitting {
public:
    explicit Fitting(const Failure& failure)
        : parts_{whole(failure.headline()),
                 whole(failure.claim()),
                 {.draw = [failure](std::size_t rows) { return failure.conversation_in(rows); }},
                 whole(failure.seen()),
                 {.draw = [words = lines_of(failure.words())](
                              std::size_t rows) { return last_of(words, rows); }},
                 whole(failure.means()),
                 whole(failure.look()),
                 whole(failure.hint()),
                 whole(failure.again())} {
        for (Part& part : parts_) part.lines = part.draw(plenty);
    }

    [[nodiscard]] std::vector<std::string> lines_in(std::size_t rows) {
        // What gives up lines, first to last, and how many it keeps if there are more to give.
        constexpr struct {
            Place place;
            std::size_t least;
        } steps[] = {{conversation, 6}, {words, 4}, {hint, 0},         {look, 0}, {claim, 0},
                     {words, 0},        {again, 0}, {conversation, 0}, {seen, 2}};
        for (const auto& step : steps) {
            Part& part = parts_[step.place];
            const std::size_t excess = std::max(height(), rows) - rows;
            const std::size_t most = part.lines.size() - std::min(part.lines.size(), excess);
            if (excess > 0) part.lines = part.draw(std::max(most, step.least));
        }
        std::vector<std::string> lines;
        for (const Part& part : parts_)
            lines.insert(lines.end(), part.lines.begin(), part.lines.end());
        lines.resize(std::min(lines.size(), rows));
        return lines;
    }

private:
    static constexpr std::size_t plenty = 10000;
    enum Place : std::size_t { head, claim, conversation, seen, words, means, look, hint, again };

    struct Part {
        std::function<std::vector<std::string>(std::size_t)> draw;
        std::vector<std::string> lines{};
    };

    /// All of it, or its first lines.
    static Part whole(const std::string& text) {
        return {.draw = [lines = lines_of(text)](std::size_t rows) {
            return std::vector(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(
                                                                  std::min(lines.size(), rows)));
        }};
    }

    [[nodiscard]] std::size_t height() const {
        std::size_t sum = 0;
        for (const Part& part : parts_) sum += part.lines.size();
        return sum;
    }

    std::array<Part, 9> parts_;
};

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
    const Failure failure(lab, result, width);
    return failure.headline() + failure.claim() + failure.conversation() + failure.seen() +
           failure.words() + failure.means() + failure.look() + failure.hint() + failure.again();
}

std::vector<std::string> draw_failure_in(const Lab& lab, const StageResult& result,
                                         std::size_t width, std::size_t rows) {
    return Fitting(Failure(lab, result, width)).lines_in(rows);
}

}  // namespace runner
