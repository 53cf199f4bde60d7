#pragma once

#include <vector>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"
#include "runner/verify/check.hpp"
#include "runner/verify/proof.hpp"

namespace runner {

/// That each test case is failed by at least one wrong submission, and that all that the tests
/// explain is told to some; to be run after all submissions.
[[nodiscard]] std::vector<Check> coverage_checks(const Workspace& workspace, const Course& course,
                                                 const Proof& proof);

/// That docs/proof.md lists what the submissions have shown; `update`: writes it; `refuse`: would
/// write it, if no submission had failed. Where a run and the page differ, it runs the submission
/// again: only what is always so, or never, counts.
enum class Page { compare, update, refuse };
[[nodiscard]] std::vector<Check> page_checks(const Workspace& workspace, const Course& course,
                                             Proof& proof, Page what);

}  // namespace runner
