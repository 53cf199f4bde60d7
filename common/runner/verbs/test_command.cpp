#include "runner/verbs/test_command.hpp"

#include <fmt/format.h>

#include <iostream>

#include "runner/exit_status.hpp"
#include "runner/machine/terminal.hpp"
#include "runner/student/place.hpp"
#include "runner/student/progress.hpp"
#include "runner/student/starters.hpp"
#include "runner/student/student_files.hpp"
#include "runner/testing/session.hpp"
#include "runner/verbs/board.hpp"
#include "runner/verbs/debug_test.hpp"
#include "runner/verbs/test_printer.hpp"

namespace runner {
namespace {

Plan make_plan(const Course& course, const Progress& progress, const TestOptions& options) {
    const Place named = named_place(course, progress, options.words);
    const Lab& lab = *named.lab;
    if (named.stage != nullptr) return {.lab = &lab, .first = {named.stage}, .then = {}};
    return plan_up_to(lab, options.all ? nullptr : stage_to_reach(lab, progress), progress);
}

/// Builds the lab, and debugs the test that would be told.
int debug(const Workspace& workspace, const Plan& plan, const TestPrinter& print,
          const DebugOptions& options) {
    const BuildResult built = build_lab(workspace, *plan.lab);
    print.built(built);
    return built.ok ? debug_test(workspace, *plan.lab, plan.first, options) : exit_not_built;
}

}  // namespace

int test_command(const Workspace& workspace, const Course& course, const TestOptions& options) {
    Progress progress = load_progress(workspace);
    const Plan plan = make_plan(course, progress, options);
    const Lab& lab = *plan.lab;
    const TestPrinter print(workspace, lab, options);
    std::cerr << describe_copied(lab, start(workspace, lab));
    if (const auto notice = starter_notice(workspace, lab)) std::cerr << *notice << '\n';
    const std::uint32_t seed = options.seed.value_or(random_seed());
    if (!options.debug.empty()) return debug(workspace, plan, print, {seed, options.debug});

    ProgressLine line;
    const auto result =
        test_session(workspace, plan, progress,
                     {.seed = seed,
                      .repeat = options.repeat,
                      .on_built = [&](const auto& built) { print.built(built); },
                      .on_run =
                          [&](std::size_t done) {
                              line.show(fmt::format("{} of {} runs", done, options.repeat));
                          },
                      .on_first =
                          [&](const auto& results) {
                              line.clear();
                              print.results(results);
                          },
                      .on_earlier =
                          [&](const auto& results) {
                              line.clear();
                              print.earlier(results);
                          }});
    if (!result.built.ok) return exit_not_built;
    say_note(progress);
    const auto results = result.all();
    print.end(results, draw_next(workspace, course, lab, progress));
    return all_pass(results) ? exit_passed : exit_failed;
}

}  // namespace runner
