#include "runner/watch/saves.hpp"

#include <system_error>

#include "runner/student/student_files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

/// An editor that saves in two steps, or git, has done its work within this time.
constexpr auto moment = std::chrono::milliseconds(50);

bool is_students(const fs::path& file) {
    const bool hidden = file.filename().string().starts_with('.');  // editors keep notes in these
    return !hidden && is_source(file);
}

}  // namespace

Saves::Saves(const Lab& lab) : lab_(lab), told_(look_at_files()), seen_(told_) {}

Saves::Files Saves::look_at_files() const {
    Files files;
    // Files may go while they are looked at, the folder too.
    std::error_code error;
    for (fs::directory_iterator entry(lab_.folder, error), end; !error && entry != end;
         entry.increment(error)) {
        if (!is_students(entry->path())) continue;
        std::error_code gone;
        const auto time = fs::last_write_time(entry->path(), gone);
        const auto size = fs::file_size(entry->path(), gone);
        if (!gone) files[entry->path().filename()] = {time, size};
    }
    return files;
}

Saves::State Saves::look() {
    auto now = look_at_files();
    if (now != seen_) {
        seen_ = std::move(now);
        settled_ = false;
        changed_ = std::chrono::steady_clock::now();
        return State::changing;
    }
    if (settled_) return State::quiet;
    if (std::chrono::steady_clock::now() - changed_ < moment) return State::changing;
    settled_ = true;
    return State::saved;
}

std::vector<std::string> Saves::take_names() {
    std::vector<std::string> names;
    for (const auto& [name, mark] : seen_) {
        const auto before = told_.find(name);
        if (before == told_.end() || before->second != mark) names.push_back(name);
    }
    for (const auto& [name, mark] : told_) {
        if (!seen_.contains(name)) names.push_back(name);
    }
    told_ = seen_;
    return names;
}

}  // namespace runner
