#include "runner/student/student_files.hpp"

#include <algorithm>
#include <fstream>
#include <regex>

namespace runner {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_in(const fs::path& folder) {
    std::vector<fs::path> files;
    if (!fs::is_directory(folder)) return files;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

bool is_source(const fs::path& file) {
    return file.extension() == ".cpp" || file.extension() == ".hpp";
}

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

}  // namespace

std::vector<std::string> start(const Lab& lab) {
    std::vector<std::string> copied;
    for (const fs::path& file : files_in(lab.folder / "starter")) {
        // skip_existing: a student's file is never touched, also if it came a moment ago.
        if (fs::copy_file(file, lab.folder / file.filename(), fs::copy_options::skip_existing)) {
            copied.push_back(file.filename());
        }
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

}  // namespace runner
