#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "runner/testing/test_report.hpp"

namespace runner {

/// How often, and what is called when another run is done: with the number of those that are, from
/// several threads, one at a time.
struct Repetition {
    std::size_t runs = 1;
    std::function<void(std::size_t)> on_run{};
};

/// Runs stages so often, with the seeds S, S + 1, … from the order's on: as many runs beside each
/// other as there are cores, each with twice the patience, because they share the machine. Returns
/// one result a stage, what sum_up() says of its runs.
[[nodiscard]] std::vector<StageResult> test_repeatedly(const Workspace& workspace,
                                                       const TestOrder& order,
                                                       const std::filesystem::path& sources,
                                                       const Repetition& repetition);

/// Several runs of one stage as one result. All of one verdict: that one. Some passed, some failed:
/// FLAKY, with the picture of one that failed. Failed in several ways: the verdict that comes
/// first. What no program is to blame for is told as it is: TEST_BUG if there is one; SKIPPED if
/// nothing failed; NOT_STARTED while the mark stands.
[[nodiscard]] StageResult sum_up(const std::vector<StageResult>& runs);

}  // namespace runner
