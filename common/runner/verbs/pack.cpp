#include "runner/verbs/pack.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <algorithm>
#include <iostream>
#include <stdexcept>

#include "runner/course/ids.hpp"
#include "runner/exit_status.hpp"
#include "runner/machine/files.hpp"
#include "runner/student/place.hpp"
#include "runner/student/progress.hpp"
#include "runner/student/score.hpp"
#include "runner/student/staging.hpp"
#include "runner/student/student_files.hpp"
#include "runner/student/submission.hpp"
#include "runner/testing/picture.hpp"
#include "runner/verbs/board.hpp"
#include "runner/wrong_use.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

const Lab& choose(const Course& course, const Progress& progress, const PackOptions& options) {
    if (options.words.empty()) return current_lab(course, progress);
    return select_lab(course, options.words);
}

bool is_starters(const Lab& lab, const ZipEntry& file) {
    const fs::path starter = lab.folder / "starter" / file.name;
    return fs::exists(starter) && read_file(starter) == file.text;
}

/// Throws std::runtime_error if there is nothing, or nothing that a grader would take.
void check(const Lab& lab, const Submission& submission) {
    if (!submission.unacceptable.empty()) {
        throw std::runtime_error(fmt::format("lab {:02} cannot be packed; in labs/{}:\n  {}",
                                             lab.number(), lab.id,
                                             fmt::join(submission.unacceptable, "\n  ")));
    }
    if (submission.files.empty()) {
        throw std::runtime_error(fmt::format(
            "lab {0:02} is not started, so there is nothing to pack: ./lab start {0:02}",
            lab.number()));
    }
    if (std::all_of(submission.files.begin(), submission.files.end(),
                    [&](const ZipEntry& file) { return is_starters(lab, file); })) {
        throw std::runtime_error(fmt::format(
            "in labs/{} there is the starter alone, so there is nothing of yours to pack", lab.id));
    }
}

/// Writes it whole or not at all; returns false if the name is taken.
bool write_archive(const fs::path& path, const std::string& bytes) {
    const fs::path draft = path.parent_path() / ('.' + path.filename().string() + ".part");
    fs::remove(draft);  // of a command that was killed
    write_new_file(draft, bytes);
    if (rename_if_free(draft, path)) return true;
    fs::remove(draft);
    return false;
}

fs::path write_archive(const Lab& lab, const PackOptions& options, const std::string& bytes) {
    if (fs::path path = options.output; !path.empty()) {
        if (!path.has_filename()) throw WrongUse(path.string() + " is a folder: name a file in it");
        if (const fs::path folder = fs::absolute(path).parent_path(); !fs::is_directory(folder))
            throw WrongUse("there is no folder " + folder.string());
        if (write_archive(fs::absolute(path), bytes)) return path;
        throw WrongUse(path.string() + " is there already, and stays as it is: name another file");
    }
    fs::path path = lab.id + ".zip";
    for (int i = 2; !write_archive(fs::absolute(path), bytes); ++i)
        path = fmt::format("{}-{}.zip", lab.id, i);
    return path;
}

/// When a file was last saved, as the progress writes times.
std::string saved_at(const fs::path& file) {
    struct stat info {};
    if (::stat(file.c_str(), &info) == -1) return {};
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(info.st_mtime));
}

/// When the last test was, as the progress writes times; empty: never.
std::string last_tested(const Lab& lab, const Progress& progress) {
    std::string when;
    for (const Stage& stage : lab.stages) {
        if (const auto last = progress.find(lab.id, stage.id)) when = std::max(when, last->when);
    }
    return when;
}

void warn_of(const std::string& what) { std::cout << "  ! " << what << '\n'; }

void warn_of_stages(const Workspace& workspace, const Lab& lab, const Progress& progress) {
    const auto marks = find_marks(lab.folder);
    for (const Stage& stage : lab.stages) {
        const auto last = progress.find(lab.id, stage.id);
        const auto mark = marks.find(stage.id);
        const std::string name = number_of(lab, stage) + ' ' + stage.id;
        if (mark != marks.end()) {
            warn_of(fmt::format("{} has its mark still: {}:{}", name,
                                workspace.shown(mark->second.file), mark->second.line));
        } else if (!last || last->verdict.empty()) {
            warn_of(name + " was never tested");
        } else if (!last->passed) {
            warn_of(name + " failed: " + last->verdict);
        }
    }
}

bool is_main_file(const Lab& lab, const std::string& name) {
    return std::any_of(lab.programs.begin(), lab.programs.end(),
                       [&](const Program& program) { return program.main_file == name; });
}

void warn_of_files(const Lab& lab, const Submission& submission, const std::string& tested) {
    for (const Program& program : lab.programs) {
        if (!fs::exists(lab.folder / program.main_file))
            warn_of(fmt::format("{} is missing: it is {}", program.main_file, program.name));
    }
    for (const ZipEntry& file : submission.files) {
        // Parts beside the main files may be finished in the starter.
        if (is_main_file(lab, file.name) && is_starters(lab, file))
            warn_of(file.name + " is the starter, unchanged");
        if (!tested.empty() && saved_at(lab.folder / file.name) > tested)
            warn_of(file.name + " was saved after the last test");
    }
}

void say_what_is_in(const Submission& submission) {
    for (const ZipEntry& file : submission.files)
        std::cout << fmt::format("  {:<20} {:>7} bytes\n", file.name, file.text.size());
    std::cout << "  submission.json      says what the rest is, for the grader\n";
    if (!submission.left_out.empty())
        std::cout << fmt::format("left out: {}\n", fmt::join(submission.left_out, ", "));
}

}  // namespace

int pack_command(const Workspace& workspace, const Course& course, const PackOptions& options) {
    const Progress progress = load_progress(workspace);
    const Lab& lab = choose(course, progress, options);
    Staging::tidy_up(workspace);
    const Submission submission = collect_submission(lab);
    check(lab, submission);
    const fs::path archive = write_archive(lab, options, make_archive(workspace, lab, submission));

    const Score score = score_of(lab, progress);
    std::cout << "In " << archive.string() << ":\n";
    say_what_is_in(submission);
    std::cout << fmt::format("\n{} of {} stages pass; {} of {} points, by your last tests\n",
                             score.stages, lab.stages.size(), score.points, score.of_points);
    warn_of_stages(workspace, lab, progress);
    warn_of_files(lab, submission, last_tested(lab, progress));
    std::cout << "\nhand in  " << fs::absolute(archive).string() << '\n';
    return exit_passed;
}

}  // namespace runner
