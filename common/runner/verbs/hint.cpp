#include "runner/verbs/hint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "runner/course/markdown_text.hpp"
#include "runner/course/pages.hpp"
#include "runner/exit_status.hpp"
#include "runner/machine/terminal.hpp"
#include "runner/student/place.hpp"
#include "runner/student/progress.hpp"
#include "runner/testing/picture.hpp"
#include "runner/wrong_use.hpp"

namespace runner {
namespace {

bool fits(const Hint& hint, const std::string& verdict) {
    return std::find(hint.verdicts.begin(), hint.verdicts.end(), verdict) != hint.verdicts.end();
}

/// The hint to show: of those not read yet, one that fits the verdict, else the first. End of the
/// list when all have been read.
std::vector<Hint>::const_iterator choose(const std::vector<Hint>& hints,
                                         const StageProgress& last) {
    const auto unread = [&](const Hint& hint) { return !last.hints.contains(hint.number); };
    const auto fitting = std::find_if(hints.begin(), hints.end(), [&](const Hint& hint) {
        return unread(hint) && fits(hint, last.verdict);
    });
    return fitting != hints.end() ? fitting : std::find_if(hints.begin(), hints.end(), unread);
}

void print_hint(const Place& place, const Hint& hint, std::size_t count,
                const StageProgress& last) {
    std::string title = fmt::format("hint {} of {} for {} {}", hint.number, count,
                                    number_of(*place.lab, *place.stage), place.stage->id);
    if (last.passed) title += ", which passes: worth reading";
    if (!last.passed && fits(hint, last.verdict)) title += ", first for " + last.verdict;
    const std::filesystem::path folder = std::filesystem::path("labs") / place.lab->id;
    std::cout << styled(Style::strong, title) << "\n\n"
              << as_text(hint.markdown, folder, line_width()) << '\n';
}

void print_what_is_left(const Place& place, std::size_t left) {
    const std::string name = number_of(*place.lab, *place.stage);
    if (left > 0) {
        std::cout << fmt::format("{} more: ./lab hint {}\n", left, name);
    } else {
        std::cout << fmt::format("that was the last one; the solution: ./lab solution {}\n", name);
    }
}

}  // namespace

int hint_command(const Workspace& workspace, const Course& course,
                 const std::vector<std::string>& words) {
    Progress progress = load_progress(workspace);
    const Place place = place_to_go_on(course, progress, words);
    if (place.stage == nullptr) {
        throw WrongUse(fmt::format(
            "all stages of lab {0} pass; a hint that is worth reading all the same is had by "
            "naming its stage, such as ./lab hint {0}.1",
            place.lab->number()));
    }
    const auto hints = read_hints(*place.lab, *place.stage);
    const auto last = progress.find(place.lab->id, place.stage->id).value_or(StageProgress{});
    const auto next = choose(hints, last);
    if (next == hints.end()) {
        std::cout << "all hints for " << place.stage->id
                  << " have been read; here they are again\n\n";
        for (const Hint& hint : hints) print_hint(place, hint, hints.size(), last);
        print_what_is_left(place, 0);
        return exit_passed;
    }
    print_hint(place, *next, hints.size(), last);
    progress.add_hint(place.lab->id, place.stage->id, next->number);
    print_what_is_left(place, hints.size() - last.hints.size() - 1);
    progress.save();
    say_note(progress);
    return exit_passed;
}

}  // namespace runner
