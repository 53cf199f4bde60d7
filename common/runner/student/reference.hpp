#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"

namespace runner {

/// The folder of a lab's solution.
[[nodiscard]] std::filesystem::path solution_of(const Workspace& workspace, const Lab& lab);

/// The patches solutions/LAB/steps/1-listen.patch and so on, from the starter up to and with the
/// stage's: the last one is its own. Nothing if this checkout has none for it.
[[nodiscard]] std::optional<std::vector<std::filesystem::path>> steps_to(const Workspace& workspace,
                                                                         const Lab& lab,
                                                                         const Stage& stage);

/// The part of a patch that is about one file.
struct StepPart {
    std::string file;
    std::string hunks;  ///< what follows on "+++ b/FILE"
};

/// Throws std::system_error if it cannot be read.
[[nodiscard]] std::vector<StepPart> read_step(const std::filesystem::path& patch);

/// Makes the reference as it stands after these steps, in a folder that goes when we do. Throws
/// std::runtime_error, also if patch(1) is missing.
[[nodiscard]] std::filesystem::path make_reference(const Workspace& workspace, const Lab& lab,
                                                   const std::vector<std::filesystem::path>& steps);

}  // namespace runner
