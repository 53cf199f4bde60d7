#pragma once

#include <filesystem>
#include <string>

#include "runner/course/workspace.hpp"
#include "runner/machine/files.hpp"

namespace runner {

/// The folder .lab/tmp, in which files are made before they go to their place: there nobody takes
/// half a file for a student's. While it lives, no other `lab` command changes the student's files;
/// it waits for one that does. It begins empty, whatever a command that was killed has left, and
/// goes in the end. Throws std::system_error.
class Staging {
public:
    explicit Staging(const Workspace& workspace);
    ~Staging();
    Staging(const Staging&) = delete;
    Staging& operator=(const Staging&) = delete;
    Staging(Staging&&) = delete;
    Staging& operator=(Staging&&) = delete;

    [[nodiscard]] std::filesystem::path path(const std::string& name) const {
        return folder_ / name;
    }

    /// Removes what a command that was killed has left, if there is anything.
    static void tidy_up(const Workspace& workspace);

private:
    FileLock lock_;
    std::filesystem::path folder_;
};

}  // namespace runner
