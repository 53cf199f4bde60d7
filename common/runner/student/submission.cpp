#include "runner/student/submission.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <nlohmann/json.hpp>

#include "runner/machine/digest.hpp"
#include "runner/machine/files.hpp"
#include "runner/machine/subprocess.hpp"
#include "runner/student/student_files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* manifest_name = "submission.json";

std::string kind_of(const fs::file_status& status) {
    switch (status.type()) {
        case fs::file_type::symlink:
            return "a symbolic link";
        case fs::file_type::directory:
            return "a folder";
        case fs::file_type::fifo:
            return "a named pipe";
        case fs::file_type::socket:
            return "a socket";
        default:
            return "no regular file";
    }
}

bool is_plain(unsigned char c) {
    constexpr std::string_view forbidden = "\\/:*?\"<>|";
    return c >= ' ' && c != 0x7f && forbidden.find(static_cast<char>(c)) == std::string_view::npos;
}

bool is_utf8(const std::string& text) {
    try {
        (void)Json(text).dump();
    } catch (const Json::exception&) {
        return false;
    }
    return true;
}

/// The three bytes of UTF-8 at `at`, which must begin with 0xe2: U+2000 to U+2FFF.
char32_t code_point_at(std::string_view text, std::size_t at) {
    const auto bits = [&](std::size_t i) {
        return static_cast<unsigned char>(text[at + i]) & 0x3fU;
    };
    return 0x2000U | bits(1) << 6U | bits(2);
}

/// True for what breaks lines, or turns the direction of writing.
bool has_hidden_marks(std::string_view utf8) {
    for (auto at = utf8.find('\xe2'); at != std::string_view::npos;
         at = utf8.find('\xe2', at + 1)) {
        const char32_t mark = code_point_at(utf8, at);
        if (mark == 0x200e || mark == 0x200f) return true;
        if (mark >= 0x2028 && mark <= 0x202e) return true;
        if (mark >= 0x2066 && mark <= 0x2069) return true;
    }
    return false;
}

/// Letters and digits of every language, but nothing that a terminal or a file system takes
/// otherwise.
bool is_clean(const std::string& name) {
    return std::all_of(name.begin(), name.end(), is_plain) && is_utf8(name) &&
           !has_hidden_marks(name);
}

/// Why a file cannot be handed in; empty if it can.
std::string objection(const fs::path& file) {
    const auto status = fs::symlink_status(file);
    if (!fs::is_regular_file(status))
        return fmt::format("is {}; only regular files can be handed in", kind_of(status));
    if (!is_clean(file.filename())) return "has a name that not every system can bear";
    if (const auto size = fs::file_size(file); size > largest_file) {
        return fmt::format("has {} bytes; a file may have {} at the most", size, largest_file);
    }
    return {};
}

void take(const fs::path& file, Submission& submission) {
    const std::string name = file.filename();
    if (const std::string why = objection(file); !why.empty()) {
        submission.unacceptable.push_back(fmt::format("{:?} {}", name, why));
    } else {
        submission.files.push_back({.name = name, .text = read_file(file)});
    }
}

/// On a system that takes Echo.hpp and echo.hpp for one file, one would be lost.
void find_twins(Submission& submission) {
    std::map<std::string, std::string> names;
    for (const ZipEntry& file : submission.files) {
        std::string lower = file.name;
        std::transform(lower.begin(), lower.end(), lower.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        const auto [other, is_new] = names.try_emplace(lower, file.name);
        if (is_new) continue;
        submission.unacceptable.push_back(
            fmt::format("{:?} and {:?} are one name on some systems", other->second, file.name));
    }
}

void weigh(Submission& submission) {
    std::size_t size = 0;
    for (const ZipEntry& file : submission.files) size += file.text.size();
    if (size > largest_submission) {
        submission.unacceptable.push_back(
            fmt::format("all files together have {} bytes; they may have {} at the most", size,
                        largest_submission));
    }
}

/// "v1.2-3-g0123abc", or a commit alone; nothing if the checkout is not one of git's.
Json course_version(const Workspace& workspace) {
    const auto git = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"git", "-C", workspace.root().string()});
        // A look at the state takes no lock that somebody else's git would meet.
        auto outcome = run({.words = words, .environment = {{"GIT_OPTIONAL_LOCKS", "0"}}});
        const auto end = outcome.output.find_last_not_of('\n');
        outcome.output.resize(end == std::string::npos ? 0 : end + 1);
        return outcome;
    };
    const auto top = git({"rev-parse", "--show-toplevel"});
    std::error_code missing;
    // Somebody else's repository may lie around it.
    if (top.status != 0 || !fs::equivalent(top.output, workspace.root(), missing)) return nullptr;
    const auto version = git({"describe", "--always", "--tags", "--dirty"});
    return version.status == 0 ? Json(version.output) : Json(nullptr);
}

}  // namespace

Submission collect_submission(const Lab& lab) {
    Submission submission;
    std::vector<fs::path> entries;
    for (const auto& entry : fs::directory_iterator(lab.folder)) {
        if (!is_courses(entry.path())) entries.push_back(entry.path());
    }
    std::sort(entries.begin(), entries.end());
    for (const fs::path& entry : entries) {
        if (is_source(entry)) {
            take(entry, submission);
        } else {
            const bool is_folder = fs::is_directory(fs::symlink_status(entry));
            submission.left_out.push_back(entry.filename().string() + (is_folder ? "/" : ""));
        }
    }
    find_twins(submission);
    weigh(submission);
    return submission;
}

std::string make_archive(const Workspace& workspace, const Lab& lab, const Submission& submission) {
    Json manifest{{"version", 1}, {"lab", lab.id}, {"course", course_version(workspace)}};
    for (const ZipEntry& file : submission.files) {
        manifest["files"].push_back(
            {{"name", file.name}, {"bytes", file.text.size()}, {"sha256", sha256(file.text)}});
    }
    auto entries = submission.files;
    entries.push_back({.name = manifest_name, .text = manifest.dump(2) + '\n'});
    return make_zip(entries);
}

}  // namespace runner
