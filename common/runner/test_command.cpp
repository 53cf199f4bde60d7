#include "runner/test_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "runner/board.hpp"
#include "runner/build.hpp"
#include "runner/exit_status.hpp"
#include "runner/ids.hpp"
#include "runner/picture.hpp"
#include "runner/progress.hpp"
#include "runner/student_files.hpp"
#include "runner/terminal.hpp"
#include "runner/test_report.hpp"

namespace runner {
namespace {

using nlohmann::json;

/// What `lab test` shall run, in the order of running.
struct Plan {
    const Lab* lab = nullptr;
    std::vector<const Stage*> first;  ///< the open stage, or what was named
    std::vector<const Stage*> then;   ///< the stages before it, which passed: do they still?
};

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
        plan.first = {open};
        for (const Stage* stage = plan.lab->stages.data(); stage != open; ++stage)
            plan.then.push_back(stage);
    }
    return plan;
}

void say_started(const Lab& lab) {
    for (const std::string& file : start(lab)) {
        std::cerr << "labs/" << lab.id << '/' << file
                  << ": copied from the starter; this file is yours\n";
    }
}

json as_json(const BuildResult& result) {
    return {{"verdict", "BUILD"},
            {"says", result.first_error},
            {"more_errors", result.more_errors},
            {"log", result.log.string()}};
}

void print_build_failure(const BuildResult& result, const Workspace& workspace) {
    std::cout << styled(Style::bad, "✗") << ' ' << fit("it does not build", line_width() - 8)
              << styled(Style::bad, "BUILD") << '\n'
              << result.first_error << '\n';
    if (result.more_errors > 0) {
        fmt::print("{} more, often caused by this one: {}\n", result.more_errors,
                   workspace.shown(result.log));
    }
}

void print_warning(const BuildResult& result, const Workspace& workspace) {
    if (result.first_warning.empty()) return;
    std::cerr << "The compiler warns:\n" << result.first_warning << '\n';
    if (result.more_warnings > 0) {
        std::cerr << result.more_warnings << " more: " << workspace.shown(result.log) << '\n';
    }
    std::cerr << '\n';
}

json as_json(const TestRecord& record) {
    auto events = json::array();
    for (const Event& event : record.events) {
        events.push_back({{"at_us", event.at.count()},
                          {"side", event.by_program ? "program" : "test"},
                          {"what", event.what}});
    }
    auto outputs = json::array();
    for (const ProgramOutput& output : record.outputs) {
        outputs.push_back(
            {{"program", output.program}, {"stdout", output.out}, {"stderr", output.err}});
    }
    return {{"test", record.test},       {"says", record.says}, {"means", record.means},
            {"details", record.details}, {"events", events},    {"outputs", outputs}};
}

json as_json(const StageResult& result) {
    json entry{{"stage", result.stage->id},
               {"points", result.stage->points},
               {"verdict", result.verdict},
               {"tests", result.tests},
               {"seed", result.seed}};
    if (result.verdict != "PASS") entry["failure"] = as_json(result.told);
    return entry;
}

/// Several runs of one stage as one result: what failed in some of them only is FLAKY.
StageResult sum_up(const std::vector<StageResult>& runs) {
    const auto passed = static_cast<std::size_t>(std::count_if(
        runs.begin(), runs.end(), [](const StageResult& run) { return run.verdict == "PASS"; }));
    const auto failed = std::find_if(runs.begin(), runs.end(),
                                     [](const StageResult& run) { return run.verdict != "PASS"; });
    if (failed == runs.end()) return runs.front();
    StageResult result = *failed;
    if (passed > 0) {
        result.told.says += fmt::format(" ({} of {} runs failed; this one was {})",
                                        runs.size() - passed, runs.size(), result.verdict);
        result.verdict = "FLAKY";
    }
    return result;
}

/// Runs stages as often as was asked, each time with a seed of its own.
std::vector<StageResult> run_stages(const Workspace& workspace, const Lab& lab,
                                    const std::vector<const Stage*>& stages,
                                    const TestOptions& options, std::uint32_t seed) {
    std::vector<std::vector<StageResult>> runs(stages.size());
    ProgressLine progress;
    for (int i = 0; i < options.repeat && !stages.empty(); ++i) {
        if (options.repeat > 1) progress.show(fmt::format("run {} of {}", i + 1, options.repeat));
        auto results = test_stages(workspace,
                                   {.lab = &lab,
                                    .stages = stages,
                                    .programs = {workspace.programs(lab)},
                                    .seed = seed + static_cast<std::uint32_t>(i)},
                                   lab.folder);
        for (std::size_t s = 0; s < results.size(); ++s) runs[s].push_back(std::move(results[s]));
    }
    std::vector<StageResult> summary;
    summary.reserve(runs.size());
    for (const auto& of_stage : runs) summary.push_back(sum_up(of_stage));
    return summary;
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

void print_not_started(const Workspace& workspace, const Lab& lab, const Stage& stage) {
    const auto marks = find_marks(lab.folder);
    if (const auto mark = marks.find(stage.id); mark != marks.end()) {
        fmt::print("  write it at {}:{}\n", workspace.shown(mark->second.file), mark->second.line);
        fmt::print("  written? then delete the mark TODO(\"{}\") there, to see what fails\n",
                   stage.id);
    }
    fmt::print("  read  labs/{}/README.md#{}\n", lab.id, stage.id);
}

void print_result(const Workspace& workspace, const Lab& lab, const StageResult& result) {
    if (result.verdict == "PASS") {
        std::cout << headline(lab, result, line_width());
    } else if (result.verdict == "NOT_STARTED") {
        std::cout << headline(lab, result, line_width());
        print_not_started(workspace, lab, *result.stage);
    } else {
        std::cout << draw_failure(lab, result, line_width());
    }
}

/// The stages that were asked for. Of those not started one is enough to read about.
void print_results(const Workspace& workspace, const Lab& lab,
                   const std::vector<StageResult>& results) {
    bool not_started = false;
    for (const StageResult& result : results) {
        if (result.verdict == "NOT_STARTED" && not_started) {
            std::cout << headline(lab, result, line_width());
        } else {
            print_result(workspace, lab, result);
        }
        not_started = not_started || result.verdict == "NOT_STARTED";
    }
}

/// The stages before: they have passed once.
void print_earlier(const Workspace& workspace, const Lab& lab,
                   const std::vector<StageResult>& results) {
    bool broken = false;
    for (const StageResult& result : results) {
        if (result.verdict != "PASS" && !broken) std::cout << "works no more:\n";
        broken = broken || result.verdict != "PASS";
        print_result(workspace, lab, result);
    }
}

bool all_pass(const std::vector<StageResult>& results) {
    return std::all_of(results.begin(), results.end(),
                       [](const StageResult& r) { return r.verdict == "PASS"; });
}

}  // namespace

int test_command(const Workspace& workspace, const Course& course, const TestOptions& options) {
    Progress progress = Progress::load(workspace.progress_file());
    if (!progress.note().empty()) std::cerr << progress.note() << '\n';
    const Plan plan = make_plan(course, progress, options);
    const Lab& lab = *plan.lab;
    say_started(lab);

    const BuildResult built = build(workspace, {"labs." + lab.id, "labs." + lab.id + ".tests"});
    if (!built.ok) {
        if (options.json) {
            std::cout << json{{"lab", lab.id}, {"build", as_json(built)}}.dump(2) << '\n';
        } else {
            print_build_failure(built, workspace);
        }
        return exit_not_built;
    }
    if (!options.json) print_warning(built, workspace);

    const std::uint32_t seed = options.seed.value_or(random_seed());
    auto results = run_stages(workspace, lab, plan.first, options, seed);
    if (!options.json) print_results(workspace, lab, results);
    auto earlier = run_stages(workspace, lab, plan.then, options, seed);
    if (!options.json) print_earlier(workspace, lab, earlier);
    const bool passed = all_pass(results) && all_pass(earlier);
    results.insert(results.end(), earlier.begin(), earlier.end());
    remember(progress, lab, results);

    if (options.json) {
        auto stages = json::array();
        for (const StageResult& result : results) stages.push_back(as_json(result));
        std::cout << json{{"lab", lab.id}, {"stages", stages}}.dump(2) << '\n';
    } else if (passed) {
        if (options.repeat > 1) fmt::print("{0} of {0} runs passed\n", options.repeat);
        std::cout << '\n' << draw_next(workspace, lab, progress);
    }
    return passed ? exit_passed : exit_failed;
}

}  // namespace runner
