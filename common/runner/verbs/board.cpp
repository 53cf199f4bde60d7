#include "runner/verbs/board.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "runner/exit_status.hpp"
#include "runner/machine/terminal.hpp"
#include "runner/student/student_files.hpp"
#include "runner/testing/picture.hpp"
#include "runner/wrong_use.hpp"

namespace runner {
namespace {

struct Points {
    int won = 0;
    int all = 0;
};

Points points_of(const Lab& lab, const Progress& progress) {
    Points points;
    for (const Stage& stage : lab.stages) {
        points.all += stage.points;
        if (progress.passed(lab.id, stage.id)) points.won += stage.points;
    }
    return points;
}

std::string bar(Points points) {
    constexpr int cells = 20;
    const int full = points.all == 0 ? 0 : cells * points.won / points.all;
    std::string text;
    for (int i = 0; i < cells; ++i) text += i < full ? "█" : "░";
    return text;
}

std::string stage_line(const Lab& lab, const Stage& stage, const Progress& progress,
                       std::size_t title_width) {
    const auto last = progress.find(lab.id, stage.id);
    const bool passed = last && last->passed;
    const bool broke = last && last->passed_once && !passed;
    const bool open = &stage == open_stage(lab, progress);
    const std::string sign = passed  ? styled(Style::good, "✓")
                             : broke ? styled(Style::bad, "✗")
                             : open  ? "▸"
                                     : " ";
    const std::string note = broke    ? "  works no more: " + last->verdict
                             : passed ? ""
                                      : fmt::format("  ~{} min", stage.minutes);
    return fmt::format("    {} {} {} {} {:>3} points{}\n", sign, number_of(lab, stage),
                       fit(stage.id, 14), fit(stage.title, title_width), stage.points, note);
}

std::string draw_lab(const Lab& lab, const Progress& progress, std::size_t width) {
    const Points points = points_of(lab, progress);
    const std::string score =
        fmt::format("{}  {:>3} of {} points", bar(points), points.won, points.all);
    const std::string title = fmt::format(" {}  {}", lab.number(), lab.title);
    const std::size_t score_width = columns(score);
    std::string text =
        styled(Style::strong, fit(title, width > score_width + 20 ? width - score_width : 20)) +
        score + '\n';
    constexpr std::size_t frame = 4 + 2 + 4 + 14 + 1 + 1 + 10 + 9;
    const std::size_t title_width =
        std::clamp<std::size_t>(width > frame ? width - frame : 0, 12, 40);
    for (const Stage& stage : lab.stages) text += stage_line(lab, stage, progress, title_width);
    if (lab.draft) text += "          more stages are being written\n";
    return text;
}

bool all_passed(const Lab& lab, const Progress& progress) {
    return open_stage(lab, progress) == nullptr;
}

}  // namespace

const Lab& current_lab(const Course& course, const Progress& progress) {
    if (course.labs.empty()) throw WrongUse("there is no lab to work on in labs/");
    const auto begun = std::find_if(course.labs.begin(), course.labs.end(), [&](const Lab& lab) {
        return is_started(lab) && !all_passed(lab, progress);
    });
    if (begun != course.labs.end()) return *begun;
    const auto open = std::find_if(course.labs.begin(), course.labs.end(),
                                   [&](const Lab& lab) { return !all_passed(lab, progress); });
    return open != course.labs.end() ? *open : course.labs.back();
}

std::string draw_next(const Workspace& workspace, const Lab& lab, const Progress& progress,
                      std::string_view then) {
    const Stage* stage = open_stage(lab, progress);
    if (stage == nullptr) {
        return fmt::format("All stages of lab {} pass.{}\n", lab.number(),
                           lab.draft ? " More are being written." : " Well done.");
    }
    if (!is_started(lab)) {
        return fmt::format("next   ./lab start {:02}   (copies the starter to labs/{})\n",
                           lab.number(), lab.id);
    }
    const auto marks = find_marks(lab.folder);
    const auto mark = marks.find(stage->id);
    const std::string where = mark == marks.end() ? "labs/" + lab.id
                                                  : workspace.shown(mark->second.file) + ':' +
                                                        std::to_string(mark->second.line);
    return fmt::format("next   {} {}, in {}\nread   labs/{}/README.md#{}\nthen   {}\n",
                       number_of(lab, *stage), stage->id, where, lab.id, stage->id, then);
}

std::string draw_board(const Workspace& workspace, const Course& course, const Progress& progress,
                       std::size_t width) {
    std::string text = styled(Style::strong, "Socket Lab") + "\n\n";
    for (const Lab& lab : course.labs) text += draw_lab(lab, progress, width) + '\n';
    if (!course.labs.empty()) text += draw_next(workspace, current_lab(course, progress), progress);
    return text;
}

int board_command(const Workspace& workspace, const Course& course) {
    const Progress progress = Progress::load(workspace.progress_file());
    if (!progress.note().empty()) std::cerr << progress.note() << '\n';
    std::cout << draw_board(workspace, course, progress, line_width());
    return exit_passed;
}

}  // namespace runner
