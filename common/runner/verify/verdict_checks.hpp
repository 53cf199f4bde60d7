#pragma once

#include <vector>

#include "runner/course/workspace.hpp"
#include "runner/verify/check.hpp"

namespace runner {

/// That docs/verdicts.md has a part for each verdict, in the order of telling, and that each is
/// proven: by a wrong submission of a lab or of a toy course (tests/courses), PASS by a solution
/// and NOT_STARTED by a starter. That those fail so is for others to show. No checks where there is
/// no such page.
[[nodiscard]] std::vector<Check> verdict_checks(const Workspace& workspace);

}  // namespace runner
