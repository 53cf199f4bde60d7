#include "runner/testing/session.hpp"

#include "runner/student/place.hpp"
#include "runner/testing/repetition.hpp"

namespace runner {
namespace {

/// Runs stages as often as was asked, each time with a seed of its own.
std::vector<StageResult> run_stages(const Workspace& workspace, const Lab& lab,
                                    const std::vector<const Stage*>& stages,
                                    const SessionOptions& options) {
    if (stages.empty()) return {};
    if (options.on_tests) options.on_tests(stages);
    return test_repeatedly(workspace,
                           {.lab = &lab,
                            .stages = stages,
                            .programs = {workspace.programs(lab)},
                            .seed = options.seed,
                            .stop = options.stop},
                           lab.folder, {.runs = options.repeat, .on_run = options.on_run});
}

void remember(Progress& progress, const Lab& lab, const std::vector<StageResult>& results) {
    for (const StageResult& result : results) {
        progress.set(
            lab.id, result.stage->id,
            {.passed = result.verdict == "PASS", .verdict = result.verdict, .when = now_utc()});
    }
    progress.save();
}

}  // namespace

Plan plan_up_to(const Lab& lab, const Stage* last, const Progress& progress) {
    const Stage* open = open_stage(lab, progress);
    const Stage* begin = open != nullptr && open < last ? open : last;
    Plan plan{.lab = &lab, .first = {}, .then = {}};
    for (const Stage& stage : lab.stages) {
        if (last == nullptr || (begin <= &stage && &stage <= last)) {
            plan.first.push_back(&stage);
        } else if (&stage < begin) {
            plan.then.push_back(&stage);
        }
    }
    return plan;
}

std::vector<StageResult> SessionResult::all() const {
    auto results = first;
    results.insert(results.end(), earlier.begin(), earlier.end());
    return results;
}

BuildResult build_lab(const Workspace& workspace, const Lab& lab, const BuildOptions& options) {
    return build(workspace, {"labs." + lab.id, "labs." + lab.id + ".tests"}, options);
}

SessionResult test_session(const Workspace& workspace, const Plan& plan, Progress& progress,
                           const SessionOptions& options) {
    const Lab& lab = *plan.lab;
    SessionResult result;
    result.built = build_lab(workspace, lab, {.on_step = options.on_step, .stop = options.stop});
    if (options.on_built) options.on_built(result.built);
    if (!result.built.ok) return result;
    result.first = run_stages(workspace, lab, plan.first, options);
    if (options.on_first) options.on_first(result.first);
    result.earlier = run_stages(workspace, lab, plan.then, options);
    if (options.on_earlier) options.on_earlier(result.earlier);
    remember(progress, lab, result.all());
    return result;
}

}  // namespace runner
