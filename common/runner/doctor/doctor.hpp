#pragma once

#include <string>
#include <vector>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"

namespace runner {

/// `lab doctor`: says what this machine has and lacks, what that costs, and how to get it. Returns
/// the exit status. Throws WrongUse.
int doctor_command(const Workspace& workspace, const Course& course);

}  // namespace runner
