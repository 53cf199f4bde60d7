#include "runner/student/place.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "runner/course/ids.hpp"
#include "runner/student/student_files.hpp"
#include "runner/wrong_use.hpp"

namespace runner {
namespace {

const Stage* end_of(const Lab& lab) { return lab.stages.data() + lab.stages.size(); }

/// When a file of the student's in this lab was changed last.
std::filesystem::file_time_type last_saved(const Lab& lab) {
    auto last = std::filesystem::file_time_type::min();
    for (const auto& file : own_files(lab).files) {
        std::error_code gone;  // between the two looks
        const auto saved = std::filesystem::last_write_time(lab.folder / file, gone);
        if (!gone) last = std::max(last, saved);
    }
    return last;
}

}  // namespace

const Stage* open_stage(const Lab& lab, const Progress& progress) {
    const auto found = std::find_if(lab.stages.begin(), lab.stages.end(), [&](const Stage& stage) {
        return !progress.passed(lab.id, stage.id);
    });
    return found == lab.stages.end() ? nullptr : &*found;
}

const Stage* stage_to_reach(const Lab& lab, const Progress& progress) {
    const Stage* open = open_stage(lab, progress);
    if (open == nullptr) return nullptr;
    const Stage* reached = std::find_if(open, end_of(lab), [&](const Stage& stage) {
        const auto last = progress.find(lab.id, stage.id);
        return !last || !last->passed_once;
    });
    return reached == end_of(lab) ? reached - 1 : reached;
}

const Lab& current_lab(const Course& course, const Progress& progress) {
    if (course.labs.empty()) throw WrongUse("there is no lab to work on in labs/");
    const auto is_open = [&](const Lab& lab) { return open_stage(lab, progress) != nullptr; };
    const Lab* latest = nullptr;
    for (const Lab& lab : course.labs) {
        if (!is_started(lab) || !is_open(lab)) continue;
        if (latest == nullptr || last_saved(lab) > last_saved(*latest)) latest = &lab;
    }
    if (latest != nullptr) return *latest;
    const auto open = std::find_if(course.labs.begin(), course.labs.end(), is_open);
    return open != course.labs.end() ? *open : course.labs.back();
}

Place named_place(const Course& course, const Progress& progress,
                  const std::vector<std::string>& words) {
    if (words.empty()) return {.lab = &current_lab(course, progress)};
    const Selection named = select(course, words);
    return {.lab = named.lab, .stage = named.stage ? &named.lab->stages[*named.stage] : nullptr};
}

Place place_to_go_on(const Course& course, const Progress& progress,
                     const std::vector<std::string>& words) {
    Place place = named_place(course, progress, words);
    if (place.stage == nullptr) place.stage = open_stage(*place.lab, progress);
    return place;
}

}  // namespace runner
