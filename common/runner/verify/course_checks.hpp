#pragma once

#include <vector>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"
#include "runner/verify/check.hpp"

namespace runner {

/// That lab.json, handout, hints, starter, chapters and docs agree: what can be seen without
/// building.
[[nodiscard]] std::vector<Check> course_checks(const Workspace& workspace, const Course& course);

}  // namespace runner
