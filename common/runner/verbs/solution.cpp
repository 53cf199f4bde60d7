#include "runner/verbs/solution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "runner/course/markdown.hpp"
#include "runner/exit_status.hpp"
#include "runner/machine/difference.hpp"
#include "runner/machine/question.hpp"
#include "runner/machine/terminal.hpp"
#include "runner/student/place.hpp"
#include "runner/student/progress.hpp"
#include "runner/student/reference.hpp"
#include "runner/testing/picture.hpp"
#include "runner/wrong_use.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

/// A stage, and how the reference comes to it.
struct Subject {
    const Lab* lab = nullptr;
    const Stage* stage = nullptr;
    std::vector<fs::path> steps{};

    [[nodiscard]] std::string number() const { return number_of(*lab, *stage); }
};

Subject choose(const Workspace& workspace, const Course& course,
               const std::vector<std::string>& words) {
    const Progress progress = load_progress(workspace);
    const Place place = place_to_go_on(course, progress, words);
    if (place.stage == nullptr) {
        throw WrongUse(fmt::format("all stages of lab {0} pass; name one: ./lab solution {0}.1",
                                   place.lab->number()));
    }
    return {.lab = place.lab, .stage = place.stage};
}

void say_that_there_is_none(const Workspace& workspace, const Subject& subject) {
    std::cout << fmt::format("The solution of {} is not in this checkout", subject.number());
    if (!fs::exists(workspace.root() / "solutions")) {
        std::cout << ": it came without the answers.\nAsk whoever gave it to you";
    }
    std::cout << ".\nhint   ./lab hint " << subject.number() << '\n';
}

bool is_wanted(const Subject& subject, const SolutionOptions& options) {
    if (options.yes) return true;
    return says_yes(fmt::format("the solution of {0}; try a hint first: ./lab hint {0}\nShow it?",
                                subject.number()),
                    fmt::format("./lab solution {} --yes", subject.number()));
}

/// The stage before it, as people name it; the starter before the first.
std::string before(const Subject& subject) {
    const Lab& lab = *subject.lab;
    if (subject.stage == lab.stages.data()) return "the starter";
    return "the reference after " + number_of(lab, *(subject.stage - 1));
}

void show_step(const Subject& subject, const std::vector<StepPart>& parts) {
    std::cout << styled(Style::strong, fmt::format("{} {}: what the reference does",
                                                   subject.number(), subject.stage->title))
              << "\n(- goes, + comes)\n";
    for (const StepPart& part : parts) {
        std::cout << '\n'
                  << coloured(fmt::format("--- {0}, {1}\n+++ {0}, the reference after {2}\n{3}",
                                          part.file, before(subject), subject.number(),
                                          part.hunks));
    }
}

/// What the student has in the files that this stage changes.
std::vector<std::string> started_files(const Subject& subject, const std::vector<StepPart>& parts) {
    std::vector<std::string> files;
    for (const StepPart& part : parts) {
        if (fs::is_regular_file(subject.lab->folder / part.file)) files.push_back(part.file);
    }
    return files;
}

void show_beside_yours(const Workspace& workspace, const Subject& subject,
                       const std::vector<std::string>& files) {
    if (files.empty()) return;
    const fs::path reference = make_reference(workspace, *subject.lab, subject.steps);
    std::cout << '\n'
              << styled(Style::strong, "Yours beside the reference after " + subject.number())
              << "\n(- yours, + the reference)\n";
    for (const std::string& file : files) {
        const std::string text = difference(
            {.file = subject.lab->folder / file, .name = file + ", yours"},
            {.file = reference / file, .name = file + ", the reference after " + subject.number()},
            Blanks::do_not_count);
        std::cout << '\n' << (text.empty() ? file + ": yours is the same\n" : coloured(text));
    }
}

void say_where_to_read(const Workspace& workspace, const Subject& subject,
                       const std::vector<StepPart>& parts) {
    const fs::path folder = solution_of(workspace, *subject.lab);
    std::cout << '\n';
    if (const fs::path text = folder / "README.md"; fs::exists(text)) {
        const bool has_part = read_markdown(text).has_anchor(subject.stage->id);
        std::cout << "why    " << workspace.shown(text)
                  << (has_part ? '#' + subject.stage->id : std::string()) << '\n';
    }
    for (const StepPart& part : parts)
        std::cout << "whole  " << workspace.shown(folder / part.file) << '\n';
}

}  // namespace

int solution_command(const Workspace& workspace, const Course& course,
                     const SolutionOptions& options) {
    Subject subject = choose(workspace, course, options.words);
    const auto steps = steps_to(workspace, *subject.lab, *subject.stage);
    if (!steps) {
        say_that_there_is_none(workspace, subject);
        return exit_failed;
    }
    subject.steps = *steps;
    if (!is_wanted(subject, options)) return exit_failed;

    const auto parts = read_step(subject.steps.back());
    show_step(subject, parts);
    show_beside_yours(workspace, subject, started_files(subject, parts));
    say_where_to_read(workspace, subject, parts);
    return exit_passed;
}

}  // namespace runner
