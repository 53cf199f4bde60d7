#include "runner/student/progress.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cerrno>
#include <ctime>
#include <iostream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include "runner/machine/files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// The file's text is not a progress of version 1. `label` becomes part of its new name.
class Unfit : public std::runtime_error {
public:
    Unfit(const char* label, const char* why) : std::runtime_error(why), label_(label) {}
    [[nodiscard]] const char* label() const noexcept { return label_; }

private:
    const char* label_;
};

using Stages = std::map<std::pair<std::string, std::string>, StageProgress>;

struct Content {
    Json document = {{"version", 1}, {"labs", Json::object()}};
    Stages stages;
};

StageProgress to_stage(const Json& json) {
    StageProgress stage{json.at("passed").get<bool>(), json.at("verdict").get<std::string>(),
                        json.at("when").get<std::string>()};
    stage.passed_once =
        stage.passed || (json.contains("passed_once") && json["passed_once"].get<bool>());
    if (json.contains("hints")) stage.hints = json["hints"].get<std::set<int>>();
    return stage;
}

void check_version(const Json& document) {
    const auto& version = document.at("version");
    if (!version.is_number_integer() || version < 1) {
        throw Unfit("unreadable", "has no version that makes sense");
    }
    if (version > 1) throw Unfit("newer", "was written by a newer version of the course");
}

/// Throws Json::exception where the document has not the shape of version 1.
Stages to_stages(const Json& labs) {
    Stages stages;
    for (const auto& [lab, of_lab] : labs.get_ref<const Json::object_t&>()) {
        for (const auto& [stage, json] : of_lab.get_ref<const Json::object_t&>()) {
            stages[{lab, stage}] = to_stage(json);
        }
    }
    return stages;
}

/// The file's content, an empty one if there is no file. Throws Unfit.
Content read_content(const fs::path& path) {
    try {
        Content content;
        content.document = Json::parse(read_file(path));
        check_version(content.document);
        content.stages = to_stages(content.document.at("labs"));
        return content;
    } catch (const Json::parse_error&) {
        throw Unfit("unreadable", "is not valid JSON");
    } catch (const Json::exception&) {
        throw Unfit("unreadable", "is JSON, but not a progress");
    } catch (const std::system_error& error) {
        if (error.code() == std::errc::no_such_file_or_directory) return {};
        if (error.code() == std::errc::not_a_directory) return {};
        throw;
    }
}

/// As read_content(), but an unfit file is set aside, and `note` says so. Needs the lock.
Content read_or_set_aside(const fs::path& path, std::string& note) {
    try {
        return read_content(path);
    } catch (const Unfit& unfit) {
        const auto when = fmt::gmtime(std::time(nullptr));
        const auto aside =
            rename_aside(path, fmt::format(".{}-{:%Y%m%d-%H%M%S}", unfit.label(), when));
        note = fmt::format(
            "the progress file {} {}; it was renamed to {}, nothing in it is lost, and progress is "
            "counted anew",
            path.string(), unfit.what(), aside.string());
        return {};
    }
}

/// The newer of two on one stage, with what the older one had reached.
StageProgress after(const StageProgress& older, StageProgress newer) {
    newer.passed_once = newer.passed || newer.passed_once || older.passed_once;
    newer.hints.insert(older.hints.begin(), older.hints.end());
    return newer;
}

void put(Content& content, const Stages::value_type& change) {
    const auto& [key, newer] = change;
    auto& stage = content.stages[key];
    stage = after(stage, newer);
    auto& json = content.document["labs"][key.first][key.second];
    json["passed"] = stage.passed;
    json["passed_once"] = stage.passed_once;
    json["verdict"] = stage.verdict;
    json["when"] = stage.when;
    if (!stage.hints.empty()) json["hints"] = stage.hints;
}

// Whatever a verdict holds, the file must stay readable: bad UTF-8 becomes U+FFFD.
std::string in_file(const Json& document) {
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

void make_folder_of(const fs::path& file) {
    if (!file.has_parent_path()) return;
    std::error_code error;
    fs::create_directories(file.parent_path(), error);
    if (error) throw std::system_error(error, "make the folder " + file.parent_path().string());
}

/// Runs `action`; what it throws says first what could not be done: "progress cannot be saved: open
/// .lab/progress.json.lock: Permission denied".
template <typename Action>
void explain(std::string_view what, Action action) {
    try {
        action();
    } catch (const std::system_error& error) {
        std::string_view cause = error.what();
        // system_error would say its reason twice.
        const auto reason = ": " + error.code().message();
        if (cause.ends_with(reason)) cause.remove_suffix(reason.size());
        throw std::system_error(error.code(), fmt::format("{}: {}", what, cause));
    }
}

}  // namespace

std::string now_utc() {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

Progress Progress::load(fs::path file) {
    Progress progress(std::move(file));
    try {
        progress.stages_ = read_content(progress.file_).stages;
    } catch (const Unfit& unfit) {
        explain(fmt::format("the progress file {}, and it cannot be renamed", unfit.what()), [&] {
            // Read again under the lock: by now another process may have put a good file there.
            const FileLock lock(beside(progress.file_, ".lock"));
            progress.stages_ = read_or_set_aside(progress.file_, progress.note_).stages;
        });
    }
    return progress;
}

std::optional<StageProgress> Progress::find(const std::string& lab,
                                            const std::string& stage) const {
    const auto found = stages_.find({lab, stage});
    if (found == stages_.end()) return std::nullopt;
    return found->second;
}

bool Progress::passed(const std::string& lab, const std::string& stage) const {
    const auto found = find(lab, stage);
    return found && found->passed;
}

void Progress::set(const std::string& lab, const std::string& stage, StageProgress last) {
    auto& current = stages_[{lab, stage}];
    current = after(current, std::move(last));
    unsaved_[{lab, stage}] = current;
}

void Progress::add_hint(const std::string& lab, const std::string& stage, int number) {
    stages_[{lab, stage}].hints.insert(number);
    unsaved_hints_[{lab, stage}].insert(number);
}

void Progress::save() {
    note_.clear();
    if (unsaved_.empty() && unsaved_hints_.empty()) return;
    explain("progress cannot be saved", [&] {
        make_folder_of(file_);
        const FileLock lock(beside(file_, ".lock"));
        auto content = read_or_set_aside(file_, note_);
        for (const auto& change : unsaved_) put(content, change);
        for (const auto& [key, numbers] : unsaved_hints_) {
            auto stage = content.stages[key];  // whose verdict may be newer than ours
            stage.hints.insert(numbers.begin(), numbers.end());
            put(content, {key, stage});
        }
        replace_file(file_, in_file(content.document));
        stages_ = std::move(content.stages);
    });
    unsaved_.clear();
    unsaved_hints_.clear();
}

std::string Progress::text_of(const std::string& lab) const {
    const Json labs = read_content(file_).document.at("labs");
    if (!labs.contains(lab)) return {};
    return in_file({{"version", 1}, {"labs", {{lab, labs.at(lab)}}}});
}

void Progress::forget(const std::string& lab) {
    explain("progress cannot be forgotten", [&] {
        if (!std::filesystem::exists(file_)) return;
        const FileLock lock(beside(file_, ".lock"));
        auto content = read_or_set_aside(file_, note_);
        if (content.document["labs"].erase(lab) > 0) replace_file(file_, in_file(content.document));
    });
    const auto of_lab = [&](const auto& stage) { return stage.first.first == lab; };
    std::erase_if(stages_, of_lab);
    std::erase_if(unsaved_, of_lab);
    std::erase_if(unsaved_hints_, of_lab);
}

void say_note(const Progress& progress) {
    if (!progress.note().empty()) std::cerr << progress.note() << '\n';
}

Progress load_progress(const Workspace& workspace) {
    Progress progress = Progress::load(workspace.progress_file());
    say_note(progress);
    return progress;
}

}  // namespace runner
