#include "runner/course/workspace.hpp"

#include <cstdlib>

#include "runner/wrong_use.hpp"

namespace runner {

namespace fs = std::filesystem;

Workspace Workspace::find() {
    const char* told = std::getenv("LAB_ROOT");
    for (fs::path folder = told != nullptr ? fs::path(told) : fs::current_path();;
         folder = folder.parent_path()) {
        if (fs::is_directory(folder / "labs") && fs::exists(folder / "CMakePresets.json"))
            return {folder, "dev"};
        if (folder == folder.parent_path()) break;
    }
    throw WrongUse(
        "this is not in a checkout of Socket Lab: start the command as ./lab in its top folder");
}

std::string Workspace::shown(const fs::path& path) const {
    const fs::path relative = path.lexically_relative(root_);
    return relative.empty() || *relative.begin() == ".." ? path.string() : relative.string();
}

}  // namespace runner
