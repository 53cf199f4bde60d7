#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"
#include "runner/student/staging.hpp"

namespace runner {

// Of the starter that a student began with, a copy stays in .lab/starters/LAB. So it can be told
// when an update of the course has changed the starter since.

/// A file of the starter that is not as it was, while the student has one of that name. One that is
/// new, or gone, is missing on one side.
struct StarterChange {
    std::string name;
    std::filesystem::path before;
    std::filesystem::path now;
};

/// Sorted by name. Throws std::system_error.
[[nodiscard]] std::vector<StarterChange> starter_changes(const Workspace& workspace,
                                                         const Lab& lab);

/// One line for whoever looks at a lab whose starter has changed. Throws std::system_error.
[[nodiscard]] std::optional<std::string> starter_notice(const Workspace& workspace, const Lab& lab);

/// The present starter is from now on the one that the student has begun with, or has seen.
void remember_starter(const Workspace& workspace, const Lab& lab, const Staging& staging);

/// The same, if nothing is remembered yet.
void remember_starter_once(const Workspace& workspace, const Lab& lab, const Staging& staging);

/// The same for one file.
void remember_starter_file(const Workspace& workspace, const Lab& lab, const std::string& name,
                           const Staging& staging);

/// True if remember_starter_once() would do nothing.
[[nodiscard]] bool is_starter_remembered(const Workspace& workspace, const Lab& lab);

/// The bits for chmod(2) of a starter's file, so that whoever has a copy may write in it.
[[nodiscard]] mode_t mode_of_copy(const std::filesystem::path& file);

}  // namespace runner
