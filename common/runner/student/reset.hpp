#pragma once

#include <filesystem>
#include <vector>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"
#include "runner/student/progress.hpp"

namespace runner {

/// True if the student's files of a lab are those of the starter, or none, and no stage has ever
/// passed.
[[nodiscard]] bool is_as_begun(const Lab& lab, const Progress& progress);

/// What became of the student's files.
struct Reset {
    std::filesystem::path kept;                 ///< the folder where they are now
    std::size_t files = 0;                      ///< how many
    std::vector<std::filesystem::path> stayed;  ///< still in the lab's folder, relative to it
};

/// Keeps the student's files of a lab in a new folder .lab/kept/LAB-YYYYMMDD-HHMMSS (local time),
/// and what the progress says about it in a file of that name and .json. Then puts the starter in
/// their place, and forgets the progress. Whatever ends it, at any moment each file is in its place
/// or in that folder. A file that is saved anew meanwhile stays, as does what cannot be copied:
/// named pipes, sockets. Throws std::system_error.
Reset reset(const Workspace& workspace, const Lab& lab, Progress& progress);

}  // namespace runner
