#include "runner/verbs/reset.hpp"

#include <fmt/format.h>

#include <iostream>

#include "runner/course/ids.hpp"
#include "runner/exit_status.hpp"
#include "runner/machine/question.hpp"
#include "runner/student/progress.hpp"
#include "runner/student/reset.hpp"
#include "runner/student/staging.hpp"
#include "runner/student/student_files.hpp"

namespace runner {
namespace {

std::string counted(std::size_t files) {
    return files == 1 ? "file is" : fmt::format("{} files are", files);
}

bool is_wanted(const Lab& lab, const ResetOptions& options) {
    if (options.yes) return true;
    return says_yes(fmt::format("reset lab {:02}? your {} kept in .lab/kept", lab.number(),
                                counted(own_files(lab).files.size())),
                    fmt::format("./lab reset {:02} --yes", lab.number()));
}

void say(const Reset& done, const Workspace& workspace, const Lab& lab) {
    const std::string kept = workspace.shown(done.kept);
    std::cout << fmt::format("Lab {:02} begins anew: labs/{} has its starter.\n", lab.number(),
                             lab.id)
              << fmt::format("kept   your {} in\n       {}\n", counted(done.files), kept)
              << fmt::format("back   cp -r {}/. labs/{}/\n", kept, lab.id)
              << fmt::format("       and ./lab test {:02} --all counts the points again\n",
                             lab.number());
    for (const auto& file : done.stayed)
        std::cout << fmt::format("stays  labs/{}/{}\n", lab.id, file.string());
    std::cout << fmt::format("then   ./lab test {:02}\n", lab.number());
}

}  // namespace

int reset_command(const Workspace& workspace, const Course& course, const ResetOptions& options) {
    const Lab& lab = select_lab(course, options.words);
    Progress progress = load_progress(workspace);
    Staging::tidy_up(workspace);
    if (is_as_begun(lab, progress)) {
        std::cout << fmt::format(
            "There is nothing to reset in lab {:02}: {}; nothing was changed\n", lab.number(),
            is_started(lab) ? "your files are those of the starter" : "it has not been started");
        return exit_passed;
    }
    if (!is_wanted(lab, options)) {
        std::cout << "nothing was changed\n";
        return exit_failed;
    }
    say(reset(workspace, lab, progress), workspace, lab);
    return exit_passed;
}

}  // namespace runner
