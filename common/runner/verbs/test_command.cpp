#include "runner/verbs/test_command.hpp"

#include <fmt/format.h>

#include <iostream>

#include "runner/course/ids.hpp"
#include "runner/exit_status.hpp"
#include "runner/machine/terminal.hpp"
#include "runner/student/progress.hpp"
#include "runner/student/starters.hpp"
#include "runner/student/student_files.hpp"
#include "runner/testing/build.hpp"
#include "runner/testing/repetition.hpp"
#include "runner/testing/test_report.hpp"
#include "runner/verbs/board.hpp"
#include "runner/verbs/debug_test.hpp"
#include "runner/verbs/test_printer.hpp"

namespace runner {
namespace {

/// What `lab test` shall run, in the order of running.
struct Plan {
    const Lab* lab = nullptr;
    std::vector<const Stage*> first;  ///< what is open, or what was named
    std::vector<const Stage*> then;   ///< the stages before it, which passed: do they still?
};

/// The open stage. If that has passed before and works no more, also those behind it, up to the
/// first that never has: whoever has mended it is where they were.
std::vector<const Stage*> stages_to_open(const Lab& lab, const Stage* open,
                                         const Progress& progress) {
    std::vector<const Stage*> stages;
    for (const Stage* stage = open; stage != lab.stages.data() + lab.stages.size(); ++stage) {
        stages.push_back(stage);
        const auto last = progress.find(lab.id, stage->id);
        if (!last || !last->passed_once) break;
    }
    return stages;
}

Plan make_plan(const Course& course, const Progress& progress, const TestOptions& options) {
    Selection selection;
    if (!options.words.empty()) selection = select(course, options.words);
    Plan plan{.lab = selection.lab != nullptr ? selection.lab : &current_lab(course, progress),
              .first = {},
              .then = {}};
    const Stage* open = open_stage(*plan.lab, progress);
    if (selection.stage) {
        plan.first = {&plan.lab->stages[*selection.stage]};
    } else if (options.all || open == nullptr) {
        for (const Stage& stage : plan.lab->stages) plan.first.push_back(&stage);
    } else {
        plan.first = stages_to_open(*plan.lab, open, progress);
        for (const Stage* stage = plan.lab->stages.data(); stage != open; ++stage)
            plan.then.push_back(stage);
    }
    return plan;
}

void say_started(const Workspace& workspace, const Lab& lab) {
    for (const std::string& file : start(workspace, lab)) {
        std::cerr << "labs/" << lab.id << '/' << file
                  << ": copied from the starter; this file is yours\n";
    }
    if (const auto notice = starter_notice(workspace, lab)) std::cerr << *notice << '\n';
}

/// Runs stages as often as was asked, each time with a seed of its own.
std::vector<StageResult> run_stages(const Workspace& workspace, const Lab& lab,
                                    const std::vector<const Stage*>& stages,
                                    const TestOptions& options, std::uint32_t seed) {
    if (stages.empty()) return {};
    ProgressLine progress;
    const auto count = [&](std::size_t done) {
        progress.show(fmt::format("{} of {} runs", done, options.repeat));
    };
    return test_repeatedly(
        workspace,
        {.lab = &lab, .stages = stages, .programs = {workspace.programs(lab)}, .seed = seed},
        lab.folder, {.runs = options.repeat, .on_run = count});
}

void remember(Progress& progress, const Lab& lab, const std::vector<StageResult>& results) {
    for (const StageResult& result : results) {
        progress.set(
            lab.id, result.stage->id,
            {.passed = result.verdict == "PASS", .verdict = result.verdict, .when = now_utc()});
    }
    progress.save();
    if (!progress.note().empty()) std::cerr << progress.note() << '\n';
}

}  // namespace

int test_command(const Workspace& workspace, const Course& course, const TestOptions& options) {
    Progress progress = Progress::load(workspace.progress_file());
    if (!progress.note().empty()) std::cerr << progress.note() << '\n';
    const Plan plan = make_plan(course, progress, options);
    const Lab& lab = *plan.lab;
    const TestPrinter print(workspace, lab, options);
    say_started(workspace, lab);

    const BuildResult built = build(workspace, {"labs." + lab.id, "labs." + lab.id + ".tests"});
    if (!built.ok) {
        print.build_failure(built);
        return exit_not_built;
    }
    print.warning(built);

    const std::uint32_t seed = options.seed.value_or(random_seed());
    if (!options.debug.empty())
        return debug_test(workspace, lab, plan.first, {.seed = seed, .debugger = options.debug});
    auto results = run_stages(workspace, lab, plan.first, options, seed);
    print.results(results);
    const auto earlier = run_stages(workspace, lab, plan.then, options, seed);
    print.earlier(earlier);
    results.insert(results.end(), earlier.begin(), earlier.end());
    remember(progress, lab, results);
    print.end(results, draw_next(workspace, course, lab, progress));
    return all_pass(results) ? exit_passed : exit_failed;
}

}  // namespace runner
