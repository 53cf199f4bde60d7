#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "runner/course/course.hpp"
#include "runner/course/workspace.hpp"

namespace runner {

/// Copies the starter of a lab beside its lab.json, where such a file is not there yet: each file
/// whole or not at all, and never over anything. Also remembers what was copied (starters.hpp), and
/// removes what a command that was killed has left. Returns the names of the files that were
/// copied. Throws std::system_error.
std::vector<std::string> start(const Workspace& workspace, const Lab& lab);

/// True for a .cpp and a .hpp.
[[nodiscard]] bool is_source(const std::filesystem::path& file);

/// True for what the course itself has in a lab's folder, by its name.
[[nodiscard]] bool is_courses(const std::filesystem::path& entry);

/// "labs/01-tcp-echo/echo_server.cpp: copied from the starter; this file is yours", a line for each
/// of these files.
[[nodiscard]] std::string describe_copied(const Lab& lab, const std::vector<std::string>& files);

/// True when each program of the lab has its main file.
[[nodiscard]] bool is_started(const Lab& lab);

/// Where a stage is still marked as not written: `TODO("listen"` in a .cpp or .hpp.
struct Mark {
    std::filesystem::path file;
    int line;
};

/// The first mark of each stage, by stage id, in the sources of a folder; comments do not count.
[[nodiscard]] std::map<std::string, Mark> find_marks(const std::filesystem::path& folder);

/// What lies in a lab's folder and is not the course's, in folders too; paths relative to it.
struct OwnFiles {
    std::vector<std::filesystem::path> files;   ///< regular files and symbolic links, sorted
    std::vector<std::filesystem::path> others;  ///< what cannot be copied: named pipes, sockets
};

/// Throws std::filesystem::filesystem_error.
[[nodiscard]] OwnFiles own_files(const Lab& lab);

}  // namespace runner
