#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"

namespace runner {

struct DebugOptions {
    std::uint32_t seed = 0;
    std::string debugger;  ///< "gdb": on this terminal; "wait": whichever comes
};

/// `lab test --debug`: runs the stages, whose programs are built, and then the test that would be
/// told once more, with the student's program halted by a debugger before its main(). The test's
/// time stands still whenever the program does. Prints the verdict of that run; progress is not
/// touched. Returns the exit status. Throws WrongUse.
int debug_test(const Workspace& workspace, const Lab& lab, const std::vector<const Stage*>& stages,
               const DebugOptions& options);

}  // namespace runner
