#pragma once

#include <string>
#include <vector>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"

namespace runner {

/// What a lack costs, in the order of badness: only comfort, time or what is not there yet; stages,
/// or what their verdicts tell; the course.
enum class Loss { none, comfort, stages, course };

/// One thing that was tried on this machine.
struct Finding {
    std::string what;
    Loss loss = Loss::none;
    std::string seen{};   ///< of what is there, a detail; of what is not, the system's words
    std::string costs{};  ///< what is lost, for a student
    std::string get{};    ///< how to get it
};

/// Tries everything that a run of the labs rests on and that only a program can try. Takes about a
/// second.
[[nodiscard]] std::vector<Finding> examine(const Workspace& workspace, const Course& course);

/// The stages whose tests have `text` in their sources, "1.7 names": a test that needs something
/// asks for it there. A file of tests counts whole.
[[nodiscard]] std::vector<std::string> stages_with(const Course& course, const std::string& text);

}  // namespace runner
