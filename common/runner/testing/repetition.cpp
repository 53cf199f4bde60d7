#include "runner/testing/repetition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "runner/testing/side_by_side.hpp"
#include "runner/testing/verdicts.hpp"

namespace runner {
namespace {

constexpr double patience_beside_others = 2;

/// The failure of a student's program that comes first in the order of verdicts, then of seeds;
/// what is no failure of it only if there is nothing else, but for a fault of the course.
const StageResult& one_to_tell(const std::vector<StageResult>& runs) {
    const auto weight = [](const StageResult& run) {
        if (run.verdict == "SKIPPED") return verdicts.size() + 1;
        if (run.verdict == "PASS") return verdicts.size() + 2;
        return order_of(run.verdict);
    };
    return *std::min_element(runs.begin(), runs.end(),
                             [&](const StageResult& one, const StageResult& other) {
                                 return weight(one) < weight(other);
                             });
}

/// "2 × RESET, 1 × NO_REPLY", in the order of telling.
std::string counted(const std::map<std::string, std::size_t>& runs) {
    std::string text;
    for (const std::string_view verdict : verdicts) {
        const auto found = runs.find(std::string(verdict));
        if (found == runs.end() || verdict == "PASS") continue;
        text += fmt::format("{}{} × {}", text.empty() ? "" : ", ", found->second, verdict);
    }
    return text;
}

/// Whether a verdict says something of the program as it was written.
bool is_of_program(const std::string& verdict) {
    return verdict != "TEST_BUG" && verdict != "SKIPPED" && verdict != "NOT_STARTED" &&
           verdict != "PASS";
}

}  // namespace

StageResult sum_up(const std::vector<StageResult>& runs) {
    StageResult result = one_to_tell(runs);
    if (runs.size() == 1) return result;
    for (const StageResult& run : runs) ++result.runs[run.verdict];
    if (result.runs.size() == 1) return result;

    const auto passed = result.runs.contains("PASS") ? result.runs.at("PASS") : 0;
    const std::string of_this = result.verdict;
    if (is_of_program(of_this) && passed > 0) result.verdict = "FLAKY";
    result.told.says +=
        fmt::format(" ({} of {} runs failed: {}; this is one with {})", runs.size() - passed,
                    runs.size(), counted(result.runs), of_this);
    return result;
}

std::vector<StageResult> test_repeatedly(const Workspace& workspace, const TestOrder& order,
                                         const std::filesystem::path& sources,
                                         const Repetition& repetition) {
    if (repetition.runs == 1) return test_stages(workspace, order, sources);
    const std::size_t stages = order.stages.size();
    std::vector<std::vector<StageResult>> runs(stages, std::vector<StageResult>(repetition.runs));
    std::mutex mutex;
    std::size_t done = 0;
    side_by_side(stages * repetition.runs, cores(), [&](std::size_t i) {
        const std::size_t run = i / stages;
        TestOrder one = order;
        one.stages = {order.stages[i % stages]};
        one.seed = order.seed + static_cast<std::uint32_t>(run);
        one.patience = patience_beside_others;
        runs[i % stages][run] = std::move(test_stages(workspace, one, sources).front());
        const std::scoped_lock lock(mutex);
        if (repetition.on_run) repetition.on_run(++done / stages);
    });
    std::vector<StageResult> results;
    results.reserve(stages);
    for (const auto& of_stage : runs) results.push_back(sum_up(of_stage));
    return results;
}

}  // namespace runner
