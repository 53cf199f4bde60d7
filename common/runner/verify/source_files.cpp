#include "runner/verify/source_files.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "runner/machine/subprocess.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

bool is_hidden_or_built(const fs::path& folder) {
    const std::string name = folder.filename();
    return name == "build" || (name.starts_with('.') && name != ".github");
}

/// labs/01-tcp-echo/echo_server.cpp and its like.
bool is_students(const fs::path& relative) {
    const auto parts = std::distance(relative.begin(), relative.end());
    const auto extension = relative.extension();
    return *relative.begin() == "labs" && parts == 3 &&
           (extension == ".cpp" || extension == ".hpp");
}

}  // namespace

std::vector<fs::path> files_of(const Workspace& workspace,
                               const std::vector<std::string>& extensions) {
    std::vector<fs::path> files;
    for (auto it = fs::recursive_directory_iterator(workspace.root());
         it != fs::recursive_directory_iterator(); ++it) {
        if (it->is_directory() && is_hidden_or_built(it->path())) {
            it.disable_recursion_pending();
        } else if (it->is_regular_file() &&
                   !is_students(it->path().lexically_relative(workspace.root())) &&
                   std::find(extensions.begin(), extensions.end(), it->path().extension()) !=
                       extensions.end()) {
            files.push_back(it->path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::vector<Check> format_checks(const Workspace& workspace) {
    std::vector<Check> checks;
    for (const fs::path& file : files_of(workspace, {".cpp", ".hpp"})) {
        checks.push_back(
            {.name = workspace.shown(file) + " is formatted",
             .run = [file]() -> std::optional<std::string> {
                 const Outcome outcome =
                     run({.words = {first_in_path({"clang-format-14", "clang-format"}), "--dry-run",
                                    "--Werror", "--ferror-limit=3", file.string()}});
                 return outcome.status == 0 ? std::nullopt : std::optional(outcome.output);
             }});
    }
    return checks;
}

std::string first_in_path(const std::vector<std::string>& names) {
    const char* path = std::getenv("PATH");
    for (const std::string& name : names) {
        std::istringstream folders(path != nullptr ? path : "");
        for (std::string folder; std::getline(folders, folder, ':');) {
            if (fs::exists(fs::path(folder) / name)) return name;
        }
    }
    return names.back();
}

}  // namespace runner
