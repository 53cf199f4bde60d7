#include "runner/student/staging.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

fs::path folder_of(const Workspace& workspace) { return workspace.own() / "tmp"; }

fs::path lock_of(const Workspace& workspace) {
    fs::create_directories(workspace.own());
    return workspace.own() / "files.lock";
}

}  // namespace

Staging::Staging(const Workspace& workspace)
    : lock_(lock_of(workspace)), folder_(folder_of(workspace)) {
    fs::remove_all(folder_);
    fs::create_directory(folder_);
}

Staging::~Staging() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

void Staging::tidy_up(const Workspace& workspace) {
    if (fs::exists(folder_of(workspace))) const Staging fresh(workspace);
}

}  // namespace runner
