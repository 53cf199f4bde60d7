#include "runner/watch/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "runner/machine/terminal.hpp"
#include "runner/testing/picture.hpp"
#include "runner/verbs/board.hpp"
#include "runner/verbs/test_printer.hpp"

namespace runner {
namespace {

using Lines = std::vector<std::string>;

void append(Lines& lines, const Lines& more) {
    lines.insert(lines.end(), more.begin(), more.end());
}

Lines cut(Lines lines, std::size_t rows) {
    lines.resize(std::min(lines.size(), rows));
    return lines;
}

bool is_failure(const StageResult& result) {
    return result.verdict != "PASS" && result.verdict != "NOT_STARTED";
}

/// The one to tell: a failure, else a stage that is not started; the end if all have passed.
std::vector<StageResult>::const_iterator first_to_tell(const std::vector<StageResult>& results) {
    const auto failed = std::find_if(results.begin(), results.end(), is_failure);
    if (failed != results.end()) return failed;
    return std::find_if(results.begin(), results.end(),
                        [](const StageResult& result) { return result.verdict != "PASS"; });
}

/// The results of a session, drawn into a window.
class ResultsPage {
public:
    ResultsPage(const Workspace& workspace, const Course& course, const Lab& lab,
                const Verdict& verdict, Screen::Size size)
        : workspace_(workspace),
          course_(course),
          lab_(lab),
          verdict_(verdict),
          results_(verdict.result.all()),
          told_(first_to_tell(results_)),
          rows_(size.rows),
          width_(std::clamp<std::size_t>(size.columns, 40, 100)) {}

    [[nodiscard]] Lines draw() const {
        const Lines end = told_ == results_.end() ? next() : Lines{};
        Lines others = headlines_of_others();
        if (told(plenty).size() + others.size() + end.size() > rows_) {
            const std::size_t most = std::max<std::size_t>(rows_ / 4, 1);
            others = cut(shortened_others(), told_ == results_.end() ? rows_ : most);
        }
        Lines lines = told(rows_ - std::min(rows_, others.size() + end.size()));
        append(lines, others);
        append(lines, end);
        append(lines, warning());
        return cut(lines, rows_);
    }

private:
    static constexpr std::size_t plenty = 10000;

    /// The failure in at most so many lines.
    [[nodiscard]] Lines told(std::size_t rows) const {
        if (told_ == results_.end()) return {};
        if (told_->verdict == "NOT_STARTED") {
            const std::string text =
                headline(lab_, *told_, width_) + draw_not_started(workspace_, lab_, *told_->stage);
            return cut(lines_of_text(text, width_), rows);
        }
        Lines lines;
        const auto place = static_cast<std::size_t>(told_ - results_.begin());
        if (place >= verdict_.result.first.size()) lines.emplace_back("works no more:");
        append(lines, draw_failure_in(lab_, *told_, width_, rows - std::min(rows, lines.size())));
        return lines;
    }

    /// A line for each other stage: first what does not pass.
    [[nodiscard]] Lines headlines_of_others() const {
        Lines lines;
        for (const bool passed : {false, true}) {
            for (auto result = results_.begin(); result != results_.end(); ++result) {
                if (result == told_ || (result->verdict == "PASS") != passed) continue;
                append(lines, lines_of_text(headline(lab_, *result, width_), width_));
            }
        }
        return lines;
    }

    /// The same with one line for all that pass.
    [[nodiscard]] Lines shortened_others() const {
        const auto passed = static_cast<std::size_t>(
            std::count_if(results_.begin(), results_.end(),
                          [](const StageResult& result) { return result.verdict == "PASS"; }));
        Lines lines = headlines_of_others();
        if (passed < 2) return lines;
        lines.resize(lines.size() - passed);
        lines.push_back(styled(Style::good, "✓") + fmt::format(" {} stages PASS", passed));
        return lines;
    }

    [[nodiscard]] Lines next() const {
        const std::string text =
            draw_next(workspace_, course_, lab_, *verdict_.progress, "then   n moves on to it\n");
        return lines_of_text('\n' + text, width_);
    }

    [[nodiscard]] Lines warning() const {
        const std::string text = draw_warning(workspace_, verdict_.result.built);
        return text.empty() ? Lines{} : lines_of_text('\n' + text, width_);
    }

    const Workspace& workspace_;
    const Course& course_;
    const Lab& lab_;
    const Verdict& verdict_;
    const std::vector<StageResult> results_;
    const std::vector<StageResult>::const_iterator told_;
    const std::size_t rows_;
    const std::size_t width_;
};

}  // namespace

Lines draw_verdict(const Workspace& workspace, const Course& course, const Lab& lab,
                   const Verdict& verdict, Screen::Size size) {
    const std::size_t width = std::max<std::size_t>(size.columns, 10);
    if (!verdict.trouble.empty()) return cut(lines_of_text(verdict.trouble, width), size.rows);
    Lines lines;
    if (!verdict.progress->note().empty()) lines = lines_of_text(verdict.progress->note(), width);
    size.rows -= std::min(size.rows, lines.size());
    if (verdict.result.built.ok) {
        append(lines, ResultsPage(workspace, course, lab, verdict, size).draw());
    } else {
        const auto text = draw_build_failure(workspace, verdict.result.built, width);
        append(lines, cut(lines_of_text(text, width), size.rows));
    }
    return lines;
}

std::string name_verdict(const Lab& lab, const Verdict& verdict) {
    if (!verdict.trouble.empty()) return "not tested";
    if (!verdict.result.built.ok) return "BUILD";
    const auto results = verdict.result.all();
    const auto told = first_to_tell(results);
    if (told != results.end()) return number_of(lab, *told->stage) + ' ' + told->verdict;
    return number_of(lab, *verdict.result.first.back().stage) + " PASS";
}

Lines lines_of_text(const std::string& text, std::size_t width) {
    Lines lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        // What is indented is code or a picture, and what is coloured has been made to fit.
        if (columns(line) <= width || line.starts_with(' ') ||
            line.find('\033') != std::string::npos) {
            lines.push_back(line);
        } else {
            append(lines, wrap(line, width));
        }
    }
    return lines;
}

}  // namespace runner
