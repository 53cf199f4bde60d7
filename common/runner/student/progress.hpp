#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "runner/course/workspace.hpp"

namespace runner {

/// How a stage went the last time, whether it ever passed, and which hints have been read.
struct StageProgress {
    bool passed = false;  ///< the last verdict
    std::string verdict;  ///< "PASS", "WRONG_BYTES", ...; empty: not tested yet
    std::string when;     ///< RFC 3339 in UTC, see now_utc()
    /// Progress keeps these two itself: what is true, or in, once, stays so.
    bool passed_once = false;
    std::set<int> hints{};  ///< the numbers of those that were shown
};

/// The time now, as "2030-01-31T09:05:00Z".
[[nodiscard]] std::string now_utc();

/// The student's progress file. Beside it a save leaves an empty lock file, FILE.lock.
///
///     { "version": 1, "labs": { "01-tcp-echo": { "listen": { "passed": true, "passed_once": true,
///         "verdict": "PASS", "when": "2030-01-31T09:05:00Z", "hints": [1, 2] } } } }
///
/// Keys that are not known are kept. A missing file is an empty progress. A file that cannot be
/// understood is renamed, never overwritten: to FILE.unreadable-YYYYMMDD-HHMMSS, or FILE.newer-...
/// if a newer version wrote it; note() then says so.
class Progress {
public:
    /// Throws std::system_error if the file is there and cannot be read, or not renamed.
    [[nodiscard]] static Progress load(std::filesystem::path file);

    /// A sentence for stderr about the last load() or save(); mostly empty.
    [[nodiscard]] const std::string& note() const noexcept { return note_; }

    [[nodiscard]] std::optional<StageProgress> find(const std::string& lab,
                                                    const std::string& stage) const;
    [[nodiscard]] bool passed(const std::string& lab, const std::string& stage) const;

    /// Remembers a stage's last verdict, until save() only here.
    void set(const std::string& lab, const std::string& stage, StageProgress last);

    /// Remembers that a hint was shown, likewise.
    void add_hint(const std::string& lab, const std::string& stage, int number);

    /// Puts what was set since the last save into the file as it is now, so that another process's
    /// stages stay; of two verdicts on one stage the later save counts. The file is replaced whole.
    /// Makes the folder. Waits while another process saves. Throws std::system_error; the file is
    /// then as before, and what was set is still to be saved.
    void save();

    /// What the file says about one lab, as the text of a progress file with that lab alone; empty
    /// if it says nothing. Throws std::system_error.
    [[nodiscard]] std::string text_of(const std::string& lab) const;

    /// Forgets a lab, here and in the file, which is replaced whole. Throws as save() does.
    void forget(const std::string& lab);

private:
    using Stages = std::map<std::pair<std::string, std::string>, StageProgress>;

    explicit Progress(std::filesystem::path file) : file_(std::move(file)) {}

    std::filesystem::path file_;
    Stages stages_;
    Stages unsaved_;
    std::map<std::pair<std::string, std::string>, std::set<int>> unsaved_hints_;
    std::string note_;
};

/// Says on stderr what there is to say about the last load() or save().
void say_note(const Progress& progress);

/// Loads the student's progress, and says so on stderr if the file was set aside. Throws as load().
[[nodiscard]] Progress load_progress(const Workspace& workspace);

}  // namespace runner
