#include "runner/watch/watch.hpp"

#include <iostream>

#include "runner/course/ids.hpp"
#include "runner/exit_status.hpp"
#include "runner/machine/screen.hpp"
#include "runner/student/place.hpp"
#include "runner/student/progress.hpp"
#include "runner/student/starters.hpp"
#include "runner/student/student_files.hpp"
#include "runner/verbs/board.hpp"
#include "runner/watch/on_screen.hpp"
#include "runner/watch/without_screen.hpp"
#include "runner/wrong_use.hpp"

namespace runner {
namespace {

const Lab& lab_to_watch(const Course& course, const Progress& progress,
                        const std::vector<std::string>& words) {
    if (words.empty()) return current_lab(course, progress);
    const Selection selection = select(course, words);
    if (selection.stage) {
        throw WrongUse("lab watch takes a lab, and tests its open stage: ./lab watch " +
                       selection.lab->id);
    }
    return *selection.lab;
}

}  // namespace

int watch_command(const Workspace& workspace, const Course& course,
                  const std::vector<std::string>& words) {
    const Progress progress = Progress::load(workspace.progress_file());
    const Lab& lab = lab_to_watch(course, progress, words);
    std::string greeting = progress.note().empty() ? "" : progress.note() + '\n';
    greeting += describe_copied(lab, start(workspace, lab));
    if (const auto notice = starter_notice(workspace, lab)) greeting += *notice + '\n';
    if (Screen::is_possible()) {
        greeting += "labs/" + lab.id + " is tested at every save\n";
        watch_on_screen(workspace, course, lab, greeting);
        return exit_passed;
    }
    std::cerr << greeting << "labs/" << lab.id << " is tested at every save; Ctrl-C ends it\n";
    watch_without_screen(workspace, course, lab);
}

}  // namespace runner
