#pragma once

#include <functional>
#include <optional>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"

namespace runner {

/// What a verb does, once it is known where and for which course. Returns the exit status.
using Action = std::function<int(const Workspace&, const Course&)>;

/// Reads what was typed. Prints the help, and returns nothing, if that was asked for. Throws
/// WrongUse.
[[nodiscard]] std::optional<Action> read_command_line(int argc, char* argv[]);

}  // namespace runner
