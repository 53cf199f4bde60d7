#include "runner/student/starters.hpp"

#include <fmt/format.h>

#include <set>

#include "runner/machine/files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

fs::path memory_of(const Workspace& workspace, const Lab& lab) {
    return workspace.own() / "starters" / lab.id;
}

/// A missing file has no text.
std::optional<std::string> text_of(const fs::path& file) {
    if (!fs::exists(file)) return std::nullopt;
    return read_file(file);
}

std::set<std::string> names_in(const std::vector<fs::path>& folders) {
    std::set<std::string> names;
    for (const fs::path& folder : folders) {
        for (const fs::path& file : files_in(folder)) names.insert(file.filename());
    }
    return names;
}

}  // namespace

mode_t mode_of_copy(const fs::path& file) {
    const auto mode = fs::status(file).permissions() & fs::perms::all;
    return static_cast<mode_t>(mode | fs::perms::owner_write);
}

bool is_starter_remembered(const Workspace& workspace, const Lab& lab) {
    return fs::is_directory(memory_of(workspace, lab));
}

std::vector<StarterChange> starter_changes(const Workspace& workspace, const Lab& lab) {
    std::vector<StarterChange> changes;
    if (!is_starter_remembered(workspace, lab)) return changes;
    const fs::path memory = memory_of(workspace, lab);
    const fs::path starter = lab.folder / "starter";
    for (const std::string& name : names_in({memory, starter})) {
        // What the student has not is copied as it is now.
        if (!fs::exists(lab.folder / name)) continue;
        if (text_of(memory / name) == text_of(starter / name)) continue;
        changes.push_back({.name = name, .before = memory / name, .now = starter / name});
    }
    return changes;
}

std::optional<std::string> starter_notice(const Workspace& workspace, const Lab& lab) {
    if (starter_changes(workspace, lab).empty()) return std::nullopt;
    return fmt::format("the starter of lab {0:02} has changed since: ./lab start {0:02} shows how",
                       lab.number());
}

void remember_starter(const Workspace& workspace, const Lab& lab, const Staging& staging) {
    const fs::path fresh = staging.path("starter");
    fs::create_directory(fresh);
    for (const fs::path& file : files_in(lab.folder / "starter"))
        write_new_file(fresh / file.filename(), read_file(file));
    const fs::path memory = memory_of(workspace, lab);
    fs::create_directories(memory.parent_path());
    if (fs::exists(memory)) fs::rename(memory, staging.path("old-starter"));
    fs::rename(fresh, memory);
}

void remember_starter_once(const Workspace& workspace, const Lab& lab, const Staging& staging) {
    if (!is_starter_remembered(workspace, lab)) remember_starter(workspace, lab, staging);
}

void remember_starter_file(const Workspace& workspace, const Lab& lab, const std::string& name,
                           const Staging& staging) {
    const std::string text = read_file(lab.folder / "starter" / name);
    const fs::path remembered = memory_of(workspace, lab) / name;
    if (text_of(remembered) == text) return;
    const fs::path draft = staging.path("remembered-" + name);
    write_new_file(draft, text);
    fs::rename(draft, remembered);
}

}  // namespace runner
