#include "runner/student/student_files.hpp"

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>

#include "runner/machine/files.hpp"
#include "runner/student/staging.hpp"
#include "runner/student/starters.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

void find_marks_in(const fs::path& file, std::map<std::string, Mark>& marks) {
    static const std::regex mark(R"re(\bTODO\(\s*"([^"]+)")re");
    std::ifstream text(file);
    int number = 0;
    for (std::string line; std::getline(text, line);) {
        ++number;
        line.resize(std::min<std::size_t>(line.size(), 1000));  // std::regex recurses once a letter
        std::smatch match;
        if (std::regex_search(line, match, mark) &&
            line.substr(0, line.find("//")).size() > static_cast<std::size_t>(match.position())) {
            marks.try_emplace(match[1], Mark{.file = file, .line = number});
        }
    }
}

/// Files of the starter of which the student has none.
std::vector<std::string> missing_files(const Lab& lab) {
    std::vector<std::string> missing;
    for (const fs::path& file : files_in(lab.folder / "starter")) {
        if (!fs::exists(fs::symlink_status(lab.folder / file.filename())))
            missing.push_back(file.filename());
    }
    return missing;
}

}  // namespace

bool is_source(const fs::path& file) {
    return file.extension() == ".cpp" || file.extension() == ".hpp";
}

bool is_courses(const fs::path& entry) {
    static const std::set<std::string> names{"HINTS.md", "README.md", "lab.json", "starter",
                                             "tests"};
    return names.contains(entry.filename());
}

std::vector<std::string> start(const Workspace& workspace, const Lab& lab) {
    Staging::tidy_up(workspace);
    // So that whoever has started may go on where nothing can be written.
    if (missing_files(lab).empty() && is_starter_remembered(workspace, lab)) return {};
    const Staging staging(workspace);
    remember_starter_once(workspace, lab, staging);
    std::vector<std::string> copied;
    for (const std::string& name : missing_files(lab)) {
        const fs::path from = lab.folder / "starter" / name;
        remember_starter_file(workspace, lab, name, staging);
        write_new_file(staging.path(name), read_file(from), mode_of_copy(from));
        if (rename_if_free(staging.path(name), lab.folder / name)) copied.push_back(name);
    }
    return copied;
}

std::string describe_copied(const Lab& lab, const std::vector<std::string>& files) {
    std::string text;
    for (const std::string& file : files) {
        text += "labs/" + lab.id + '/' + file + ": copied from the starter; this file is yours\n";
    }
    return text;
}

bool is_started(const Lab& lab) {
    return std::all_of(lab.programs.begin(), lab.programs.end(), [&](const Program& program) {
        return fs::exists(lab.folder / program.main_file);
    });
}

std::map<std::string, Mark> find_marks(const fs::path& folder) {
    std::map<std::string, Mark> marks;
    for (const fs::path& file : files_in(folder)) {
        if (is_source(file)) find_marks_in(file, marks);
    }
    return marks;
}

OwnFiles own_files(const Lab& lab) {
    OwnFiles own;
    for (auto it = fs::recursive_directory_iterator(lab.folder);
         it != fs::recursive_directory_iterator(); ++it) {
        const fs::path path = it->path().lexically_relative(lab.folder);
        if (it.depth() == 0 && is_courses(path)) {
            it.disable_recursion_pending();
        } else if (it->is_symlink() || it->is_regular_file()) {
            own.files.push_back(path);
        } else if (!it->is_directory()) {
            own.others.push_back(path);
        }
    }
    std::sort(own.files.begin(), own.files.end());
    std::sort(own.others.begin(), own.others.end());
    return own;
}

}  // namespace runner
