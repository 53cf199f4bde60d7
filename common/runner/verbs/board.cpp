#include "runner/verbs/board.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "runner/exit_status.hpp"
#include "runner/machine/terminal.hpp"
#include "runner/student/place.hpp"
#include "runner/student/score.hpp"
#include "runner/student/starters.hpp"
#include "runner/student/student_files.hpp"
#include "runner/testing/picture.hpp"
#include "runner/verbs/closing_page.hpp"

namespace runner {
namespace {

std::string bar(const Score& score) {
    constexpr int cells = 20;
    const int full = score.of_points == 0 ? 0 : cells * score.points / score.of_points;
    std::string text;
    for (int i = 0; i < cells; ++i) text += i < full ? "█" : "░";
    return text;
}

/// "~4 h 40 min" for what is still to be done; empty when nothing is.
std::string time_left(const Lab& lab, const Progress& progress) {
    int minutes = 0;
    for (const Stage& stage : lab.stages) {
        if (!progress.passed(lab.id, stage.id)) minutes += stage.minutes;
    }
    if (minutes == 0) return {};
    if (minutes < 60) return fmt::format("~{} min", minutes);
    return minutes % 60 == 0 ? fmt::format("~{} h", minutes / 60)
                             : fmt::format("~{} h {} min", minutes / 60, minutes % 60);
}

/// Below this width titles have no room.
constexpr std::size_t narrow = 66;

std::string stage_line(const Lab& lab, const Stage& stage, const Progress& progress,
                       std::size_t width) {
    const auto last = progress.find(lab.id, stage.id);
    const bool passed = last && last->passed;
    const bool broke = last && last->passed_once && !passed;
    const bool open = &stage == open_stage(lab, progress);
    const std::string sign = passed  ? styled(Style::good, "✓")
                             : broke ? styled(Style::bad, "✗")
                             : open  ? "▸"
                                     : " ";
    const std::string begin =
        fmt::format("{} {} {}", sign, number_of(lab, stage), fit(stage.id, 14));
    const std::string minutes = passed ? "" : fmt::format("  ~{} min", stage.minutes);
    const std::string note = broke ? "          works no more: " + last->verdict + '\n' : "";
    if (width < narrow) {
        return fmt::format("{} {:>2} points{}\n{}", begin, stage.points, minutes, note);
    }
    constexpr std::size_t frame = 4 + 2 + 4 + 14 + 1 + 1 + 10 + 9;
    const std::size_t title_width = std::clamp<std::size_t>(width - frame, 12, 40);
    return fmt::format("    {} {} {:>3} points{}\n{}", begin, fit(stage.title, title_width),
                       stage.points, minutes, note);
}

std::string lab_line(const Lab& lab, const Progress& progress, std::size_t width) {
    const Score won = score_of(lab, progress);
    const std::string title = fmt::format(" {}  {}", lab.number(), lab.title);
    const std::string score = fmt::format("{:>3} of {} points", won.points, won.of_points);
    const std::string left = time_left(lab, progress);
    if (width < narrow) {
        return styled(Style::strong, title) + '\n' + bar(won) + ' ' + score + '\n';
    }
    const std::string behind = fmt::format("{}  {}  {:>12}", bar(won), score, left);
    return styled(Style::strong, fit(title, width - columns(behind))) + behind + '\n';
}

bool works_no_more(const Lab& lab, const Progress& progress) {
    return std::any_of(lab.stages.begin(), lab.stages.end(), [&](const Stage& stage) {
        const auto last = progress.find(lab.id, stage.id);
        return last && last->passed_once && !last->passed;
    });
}

/// Its stages are shown where somebody works, or should: all of them together fill no window.
std::string draw_lab(const Lab& lab, const Progress& progress, std::size_t width, bool current) {
    std::string text = lab_line(lab, progress, width);
    if (!current && !works_no_more(lab, progress)) return text;
    for (const Stage& stage : lab.stages) text += stage_line(lab, stage, progress, width);
    if (lab.draft) text += "          more stages are being written\n";
    return text + '\n';
}

}  // namespace

std::string draw_next(const Workspace& workspace, const Course& course, const Lab& lab,
                      const Progress& progress, std::string_view then) {
    const Stage* stage = open_stage(lab, progress);
    if (stage == nullptr) return draw_closing_page(course, lab, progress);
    if (!is_started(lab)) {
        return fmt::format("next   ./lab start {:02}   (copies the starter to labs/{})\n",
                           lab.number(), lab.id);
    }
    const auto marks = find_marks(lab.folder);
    const auto mark = marks.find(stage->id);
    const std::string where = mark == marks.end() ? "labs/" + lab.id
                                                  : workspace.shown(mark->second.file) + ':' +
                                                        std::to_string(mark->second.line);
    return fmt::format("next   {} {}, in {}\n{}", number_of(lab, *stage), stage->id, where, then);
}

std::string draw_board(const Workspace& workspace, const Course& course, const Progress& progress,
                       std::size_t width) {
    std::string text = styled(Style::strong, "Socket Lab") + "\n\n";
    if (course.labs.empty()) return text;
    const Lab& current = current_lab(course, progress);
    for (const Lab& lab : course.labs) {
        text += draw_lab(lab, progress, width, lab.id == current.id);
    }
    if (!text.ends_with("\n\n")) text += '\n';
    return text + draw_next(workspace, course, current, progress);
}

int board_command(const Workspace& workspace, const Course& course) {
    const Progress progress = load_progress(workspace);
    std::cout << draw_board(workspace, course, progress, line_width());
    for (const Lab& lab : course.labs) {
        if (const auto notice = starter_notice(workspace, lab))
            std::cout << "note   " << *notice << '\n';
    }
    return exit_passed;
}

}  // namespace runner
