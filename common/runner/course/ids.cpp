#include "runner/course/ids.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <vector>

#include "runner/course/nearest.hpp"
#include "runner/wrong_use.hpp"

namespace runner {
namespace {

using Ids = std::vector<std::string>;

/// A number that is all digits, however many zeros it begins with.
std::optional<std::size_t> to_number(std::string_view word) {
    std::size_t number = 0;
    const auto* end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, number);
    if (error != std::errc() || stop != end) return std::nullopt;
    return number;
}

/// "tcp-echo" of "01-tcp-echo".
std::string_view words_of(std::string_view lab_id) {
    return lab_id.substr(std::min<std::size_t>(lab_id.size(), 3));
}

bool names_folder(std::string_view word, std::string_view id) {
    if (word == id || word == words_of(id)) return true;
    const auto number = to_number(word);
    return number && number == to_number(id.substr(0, id.find('-')));
}

Ids lab_ids(const Course& course) {
    Ids ids;
    for (const auto& lab : course.labs) ids.push_back(lab.id);
    return ids;
}

std::string known_labs(const Course& course) {
    if (course.labs.empty()) return " No lab is fit for use.";
    return fmt::format(" Labs: {}.", fmt::join(lab_ids(course), ", "));
}

/// The lab that a word names, if any. Throws WrongUse if several do, or only a broken one.
const Lab* find_lab(const Course& course, const std::string& word) {
    std::vector<const Lab*> found;
    Ids ids;
    for (const auto& lab : course.labs) {
        if (!names_folder(word, lab.id)) continue;
        found.push_back(&lab);
        ids.push_back(lab.id);
    }
    if (found.size() > 1) {
        throw WrongUse(
            fmt::format("{:?} may be any of {}; type one of them", word, fmt::join(ids, ", ")));
    }
    if (!found.empty()) return found.front();
    for (const auto& broken : course.broken) {
        if (!names_folder(word, broken.folder.filename().string())) continue;
        throw WrongUse("this lab cannot be used: " + broken.why);
    }
    return nullptr;
}

const Lab& lab_named(const Course& course, const std::string& word) {
    if (const auto* lab = find_lab(course, word)) return *lab;
    auto ids = lab_ids(course);
    for (const auto& lab : course.labs) ids.emplace_back(words_of(lab.id));
    throw WrongUse(
        fmt::format("there is no lab {:?}.{}{}", word, suggestion(word, ids), known_labs(course)));
}

std::optional<std::size_t> find_stage(const Lab& lab, std::string_view id) {
    const auto found = std::find_if(lab.stages.begin(), lab.stages.end(),
                                    [&](const Stage& stage) { return stage.id == id; });
    if (found == lab.stages.end()) return std::nullopt;
    return static_cast<std::size_t>(found - lab.stages.begin());
}

std::size_t stage_named(const Lab& lab, const std::string& word) {
    const auto number = to_number(word);
    if (number && *number >= 1 && *number <= lab.stages.size()) return *number - 1;
    if (const auto stage = find_stage(lab, word)) return *stage;

    Ids ids;
    Ids numbered;
    for (const auto& stage : lab.stages) {
        ids.push_back(stage.id);
        numbered.push_back(fmt::format("{} {}", ids.size(), stage.id));
    }
    throw WrongUse(fmt::format("lab {} has no stage {:?}.{} Stages: {}.", lab.id, word,
                               suggestion(word, ids), fmt::join(numbered, ", ")));
}

/// A stage id that stands alone.
Selection stage_anywhere(const Course& course, const std::string& word) {
    std::vector<Selection> found;
    Ids candidates;
    Ids known;
    for (const auto& lab : course.labs) {
        known.push_back(lab.id);
        known.emplace_back(words_of(lab.id));
        for (const auto& stage : lab.stages) known.push_back(stage.id);
        const auto stage = find_stage(lab, word);
        if (!stage) continue;
        found.push_back({&lab, stage});
        candidates.push_back(fmt::format("{}.{}", lab.id, word));
    }
    if (found.size() == 1) return found.front();
    if (found.empty()) {
        throw WrongUse(fmt::format("there is no lab or stage {:?}.{}{}", word,
                                   suggestion(word, known), known_labs(course)));
    }
    throw WrongUse(fmt::format("several labs have a stage {:?}; type one of {}", word,
                               fmt::join(candidates, ", ")));
}

Selection select_one(const Course& course, const std::string& word) {
    if (const auto* lab = find_lab(course, word)) return {lab, std::nullopt};
    const auto dot = word.find('.');
    if (dot == std::string::npos) return stage_anywhere(course, word);
    const auto& lab = lab_named(course, word.substr(0, dot));
    return {&lab, stage_named(lab, word.substr(dot + 1))};
}

}  // namespace

Selection select(const Course& course, std::span<const std::string> words) {
    if (words.size() == 1) return select_one(course, words[0]);
    if (words.size() == 2) {
        const auto& lab = lab_named(course, words[0]);
        return {&lab, stage_named(lab, words[1])};
    }
    throw WrongUse("name a lab, or a lab and a stage, such as 1, 1.3 or echo-stream." +
                   known_labs(course));
}

const Lab& select_lab(const Course& course, std::span<const std::string> words) {
    const Selection selection = select(course, words);
    if (selection.stage) {
        throw WrongUse(fmt::format("{} is a stage; this is done to a whole lab, such as {}",
                                   fmt::join(words, " "), selection.lab->id));
    }
    return *selection.lab;
}

}  // namespace runner
