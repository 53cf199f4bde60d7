#include "runner/student/reset.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "runner/machine/files.hpp"
#include "runner/student/staging.hpp"
#include "runner/student/starters.hpp"
#include "runner/student/student_files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& path) { return fs::exists(fs::symlink_status(path)); }

void copy_into(const fs::path& folder, const fs::path& file, const Lab& lab) {
    const fs::path from = lab.folder / file;
    const fs::path to = folder / file;
    fs::create_directories(to.parent_path());
    fs::copy(from, to, fs::copy_options::copy_symlinks);
}

/// Beside the student's files, not among them: whoever copies these back gets them alone.
fs::path progress_beside(const fs::path& kept) { return kept.string() + ".json"; }

/// Puts a folder into .lab/kept at once, under a name that is free.
fs::path put_into_kept(const Workspace& workspace, const Lab& lab, const fs::path& folder) {
    const fs::path all = workspace.own() / "kept";
    fs::create_directories(all);
    const auto now = fmt::localtime(std::time(nullptr));
    const std::string name = fmt::format("{}-{:%Y%m%d-%H%M%S}", lab.id, now);
    fs::path kept = all / name;
    for (int i = 2; is_there(progress_beside(kept)) || !rename_if_free(folder, kept); ++i)
        kept = all / fmt::format("{}-{}", name, i);
    return kept;
}

/// A whole copy of everything.
fs::path keep(const Workspace& workspace, const Lab& lab, const std::vector<fs::path>& files,
              const Progress& progress, const Staging& staging) {
    const fs::path copy = staging.path("kept");
    fs::create_directory(copy);
    for (const fs::path& file : files) copy_into(copy, file, lab);
    const std::string text = progress.text_of(lab.id);
    const fs::path points = staging.path("points");
    if (!text.empty()) write_new_file(points, text);
    fs::path kept = put_into_kept(workspace, lab, copy);
    if (!text.empty()) fs::rename(points, progress_beside(kept));
    return kept;
}

/// The starter's files, ready to be put in place: a full disk is met before anything is changed.
std::vector<fs::path> draft_starter(const Lab& lab, const Staging& staging) {
    const fs::path drafts = staging.path("drafts");
    fs::create_directory(drafts);
    std::vector<fs::path> names;
    for (const fs::path& file : files_in(lab.folder / "starter")) {
        names.push_back(file.filename());
        write_new_file(drafts / file.filename(), read_file(file), mode_of_copy(file));
    }
    return names;
}

/// The file itself takes the place of its copy: so what was saved since then is kept, too.
void move_into(const fs::path& folder, const fs::path& file, const Lab& lab) {
    std::error_code error;
    fs::rename(lab.folder / file, folder / file, error);
    const bool was_deleted = error == std::errc::no_such_file_or_directory;
    if (error && !was_deleted) throw fs::filesystem_error("rename", lab.folder / file, error);
}

void remove_empty_folders(const Lab& lab, const std::vector<fs::path>& files) {
    for (const fs::path& file : files) {
        std::error_code not_empty;
        for (fs::path folder = file.parent_path(); !folder.empty() && !not_empty;
             folder = folder.parent_path()) {
            fs::remove(lab.folder / folder, not_empty);
        }
    }
}

}  // namespace

bool is_as_begun(const Lab& lab, const Progress& progress) {
    const bool passed = std::any_of(lab.stages.begin(), lab.stages.end(), [&](const Stage& stage) {
        const auto last = progress.find(lab.id, stage.id);
        return last && last->passed_once;
    });
    if (passed) return false;
    const OwnFiles own = own_files(lab);
    return std::all_of(own.files.begin(), own.files.end(), [&](const fs::path& file) {
        const fs::path starter = lab.folder / "starter" / file;
        return fs::is_regular_file(fs::symlink_status(lab.folder / file)) &&
               fs::is_regular_file(starter) && read_file(lab.folder / file) == read_file(starter);
    });
}

Reset reset(const Workspace& workspace, const Lab& lab, Progress& progress) {
    const Staging staging(workspace);
    const OwnFiles own = own_files(lab);
    const auto starter = draft_starter(lab, staging);
    Reset done{.kept = keep(workspace, lab, own.files, progress, staging),
               .files = own.files.size(),
               .stayed = own.others};
    for (const fs::path& file : own.files) move_into(done.kept, file, lab);
    for (const fs::path& name : starter) {
        if (!rename_if_free(staging.path("drafts") / name, lab.folder / name))
            done.stayed.push_back(name);
    }
    remove_empty_folders(lab, own.files);
    progress.forget(lab.id);
    remember_starter(workspace, lab, staging);
    return done;
}

}  // namespace runner
