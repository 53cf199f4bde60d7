#pragma once

#include <cstddef>
#include <vector>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"
#include "runner/verify/check.hpp"
#include "runner/verify/proof.hpp"

namespace runner {

/// How many submissions are run at once for each core: most of the time they wait.
constexpr std::size_t submissions_at_once = 2;

/// That starters are NOT_STARTED, solutions and right submissions pass, each step passes up to its
/// stage, and wrong submissions fail where and as their headers say. What they show goes into
/// `proof`, which has an entry for each lab.
[[nodiscard]] std::vector<Check> submission_checks(const Workspace& workspace, const Course& course,
                                                   Proof& proof);

}  // namespace runner
