#include "runner/verbs/closing_page.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "runner/machine/terminal.hpp"
#include "runner/student/place.hpp"
#include "runner/student/score.hpp"
#include "runner/student/student_files.hpp"
#include "runner/testing/picture.hpp"

namespace runner {
namespace {

/// The stages of which at least one hint was not needed.
std::vector<std::string> stages_with_unread_hints(const Lab& lab, const Progress& progress) {
    constexpr std::size_t hints_of_a_stage = 3;
    std::vector<std::string> numbers;
    for (const Stage& stage : lab.stages) {
        const auto last = progress.find(lab.id, stage.id);
        if (!last || last->hints.size() < hints_of_a_stage)
            numbers.push_back(number_of(lab, stage));
    }
    return numbers;
}

/// The first lab behind this one that is not finished; else the first of all that is not.
const Lab* next_lab(const Course& course, const Lab& lab, const Progress& progress) {
    const auto is_open = [&](const Lab& other) { return open_stage(other, progress) != nullptr; };
    const auto behind = std::find_if(course.labs.begin(), course.labs.end(), [&](const Lab& other) {
        return other.number() > lab.number() && is_open(other);
    });
    if (behind != course.labs.end()) return &*behind;
    const auto any = std::find_if(course.labs.begin(), course.labs.end(), is_open);
    return any == course.labs.end() ? nullptr : &*any;
}

std::string draw_way_on(const Course& course, const Lab& lab, const Progress& progress) {
    if (lab.draft) return "More stages of this lab are being written.\n";
    const Lab* next = next_lab(course, lab, progress);
    if (next == nullptr) return "That was the whole course, as far as it goes. Well done.\n";
    return fmt::format("next   {}, lab {}: ./lab {} {:02}\n", next->title, next->number(),
                       is_started(*next) ? "test" : "start", next->number());
}

}  // namespace

std::string draw_closing_page(const Course& course, const Lab& lab, const Progress& progress) {
    std::vector<std::string_view> programs;
    for (const Program& program : lab.programs) programs.emplace_back(program.name);
    std::string text = styled(
        Style::strong, fmt::format("All stages of lab {} pass: {}.", lab.number(), lab.title));
    text += fmt::format("\n\n  won      {} points, with {}\n", score_of(lab, progress).points,
                        fmt::join(programs, " and "));
    text += "  compare  why the reference is written as it is:\n";
    text += fmt::format("           solutions/{}/README.md\n", lab.id);
    if (const auto unread = stages_with_unread_hints(lab, progress); !unread.empty()) {
        text += "  read     hints that you did not need, such as\n";
        text += fmt::format("           ./lab hint {}\n", unread.front());
    }
    text += "  try      it by hand, against other programs:\n";
    text += fmt::format("           ./lab run {}\n", lab.programs.front().name);
    text += "  be sure  that it was no luck:\n";
    text += fmt::format("           ./lab test {:02} --all --repeat 20\n", lab.number());
    return text + '\n' + draw_way_on(course, lab, progress);
}

}  // namespace runner
